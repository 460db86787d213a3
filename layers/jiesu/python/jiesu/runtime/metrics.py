"""Counts that dashboards and alarms read, written as log lines in CloudWatch's embedded metric format."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Jiesu"


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Count `number` of `name`. Dimensions come from a closed vocabulary: each combination is billed as a metric of its own."""
    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=NAMESPACE) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(name=dimension, value=value)
