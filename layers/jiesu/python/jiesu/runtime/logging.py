"""The structured logger of the functions.

A line is a fixed sentence with ids as keys. No citizen's text, name, phone or address belongs in one.
"""

from aws_lambda_powertools import Logger

logger = Logger(service="jiesu")
