"""Protection of reporters: how their cases stand, hours that run among staff, refusals by two persons."""
