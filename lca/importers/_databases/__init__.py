"""Databases of factors as people hold them: what their exports say, entry by entry, in our words or with why not.

`forms/` has one file a form of export, found by its being there. It declares TITLE and ORDER, says with `reads(opened)`
whether a file is one, and tells with `entries(opened, asked)` of every row or data set what it says. `packing` makes a
pack of them. Criteria, units and stages are known by the names in `criteria.csv`, `units.csv` and `stages.csv`.
"""
