"""What several tests need: oracles, cases, ways to sign and to ask. Only tests import it."""
