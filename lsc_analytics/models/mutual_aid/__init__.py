"""Which pathways should move between trusts so that fewest breach a standard, with nobody's own pathways worse off?"""

from lsc_analytics.models.mutual_aid.assurance import assure, effects, harmed
from lsc_analytics.models.mutual_aid.explained import monthly, offered, offers_used, one_list, worth
from lsc_analytics.models.mutual_aid.need import STANDARDS, at_risk, held, need_of, offers_of, outlook, stage_shares
from lsc_analytics.models.mutual_aid.programme import PATHWAYS, TEAM, Proposal, Rule, propose
from lsc_analytics.models.mutual_aid.stress import Draws, Outcome, draw, months_ahead, play

__all__ = [
    "PATHWAYS",
    "STANDARDS",
    "TEAM",
    "Draws",
    "Outcome",
    "Proposal",
    "Rule",
    "assure",
    "at_risk",
    "draw",
    "effects",
    "harmed",
    "held",
    "monthly",
    "months_ahead",
    "need_of",
    "offered",
    "offers_of",
    "offers_used",
    "one_list",
    "outlook",
    "play",
    "propose",
    "stage_shares",
    "worth",
]
