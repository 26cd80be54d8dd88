"""Figures, one file each: plain values to a specification of Vega-Lite or Vega, as dicts."""
