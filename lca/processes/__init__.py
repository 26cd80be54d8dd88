"""The study as matrix LCA programs see it: activities that take from one another, and elementary flows.

Each case is an activity that takes the flows of its inventory; each flow is an activity whose exchanges are its impact
factors; each criterion is an elementary flow, assessed by itself with factor 1. The score of a case is its total.
"""

from lca.processes.activities import ANYWHERE, Activity, Book, Exchange, activities, code_of
from lca.processes.parameters import Parameter, Spread

__all__ = ["ANYWHERE", "Activity", "Book", "Exchange", "Parameter", "Spread", "activities", "code_of"]
