"""Access keys and where they come from.

In flows whatever a caller has, out flows one snapshot of id, secret and token for each call, so
that they never mix. It knows nothing of requests and signatures.
"""
