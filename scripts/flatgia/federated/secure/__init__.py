"""Secure aggregation: a server that learns the sum of its clients' vectors, and nothing else of them.

SecAgg+ (Bell et al. 2020), which is the protocol of Bonawitz et al. (2017) on a sparse graph, against a server that follows it:
pairwise masks modulo 2^k on fixed-point numbers, and Shamir shares of what undoes them when clients drop out.
"""
