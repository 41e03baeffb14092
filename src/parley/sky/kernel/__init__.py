"""The fast index of the sky: C by ctypes, and a twin of it in numpy.

``entries`` lays out volumes and legs as columns; ``parley.sky.packed`` indexes them. ``native``
loads the shared object (``AVAILABLE`` tells whether there is one), ``plain`` and ``decision`` do
the same without it. The C files say what they do at their top; ``sky.h`` is what they agree on.
"""
