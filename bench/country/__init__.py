"""The whole country in a simulator: the production engine, a city modelled on a real one."""
