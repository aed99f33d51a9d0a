"""What OSS wants signed, and in which order, written once in Python.

In flow the words of a request, out flows a plan with its columns for an engine to run. The rules
know neither who asked nor how a hash is computed.
"""
