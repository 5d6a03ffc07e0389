"""Which pathways should move between trusts so that fewest breach a standard, with nobody's own pathways worse off?"""

from lsc_analytics.models.mutual_aid.assurance import assure
from lsc_analytics.models.mutual_aid.programme import Proposal, Rule, propose

__all__ = ["Proposal", "Rule", "assure", "propose"]
