"""The patient tracking list: one list in order, who is at risk, how far pathways have come, and what may be counted.

`order` works on pathways, for the trusts that hold them; `published` is what anyone may read. It reads no files.
"""

from lsc_analytics.models.ptl.counts import Bridge as Bridge
from lsc_analytics.models.ptl.counts import counts as counts
from lsc_analytics.models.ptl.counts import published as published
from lsc_analytics.models.ptl.order import at_risk as at_risk
from lsc_analytics.models.ptl.order import at_risk_by as at_risk_by
from lsc_analytics.models.ptl.order import order as order
from lsc_analytics.models.ptl.order import stages as stages
from lsc_analytics.models.ptl.views import beneath as beneath
from lsc_analytics.models.ptl.views import bridge as bridge
from lsc_analytics.models.ptl.views import cohort as cohort
from lsc_analytics.models.ptl.views import shares as shares
from lsc_analytics.models.ptl.views import tip_ins as tip_ins
from lsc_analytics.models.ptl.views import unbooked as unbooked
