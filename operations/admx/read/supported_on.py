"""What policies are supported on: products with their versions, and conditions on them."""

from collections.abc import Iterator

from lxml import etree

from operations.admx.model.definitions import Product, ProductVersion, SupportedOnDefinition, SupportedProduct
from operations.admx.model.findings import FileFindings
from operations.admx.read.markup import children, local_name
from operations.admx.read.prefixes import Prefixes
from operations.admx.read.whole_numbers import number

_OPERATORS = ("or", "and")


def read_product(element: etree._Element, findings: FileFindings) -> Product:
    """One product with its major and minor versions."""
    versions = tuple(_version(one, findings) for one in children(element, "majorVersion"))
    return Product(element.get("name", ""), element.get("displayName", ""), versions, element.sourceline or 0)


def read_supported_on(element: etree._Element, prefixes: Prefixes, findings: FileFindings) -> SupportedOnDefinition:
    """One named condition; it holds <or>, <and> or nothing."""
    operator = next((part for part in element if local_name(part.tag) in _OPERATORS), None)
    products = () if operator is None else tuple(_products(operator, prefixes, findings))
    name = "" if operator is None else local_name(operator.tag)
    line = element.sourceline or 0
    return SupportedOnDefinition(element.get("name", ""), element.get("displayName", ""), name, products, line)


def _version(element: etree._Element, findings: FileFindings) -> ProductVersion:
    return ProductVersion(
        name=element.get("name", ""),
        display_name=element.get("displayName", ""),
        version_index=number(element, "versionIndex", findings, default=0),
        minor_versions=tuple(_version(one, findings) for one in children(element, "minorVersion")),
    )


def _products(operator: etree._Element, prefixes: Prefixes, findings: FileFindings) -> Iterator[SupportedProduct]:
    for element in operator:
        name = local_name(element.tag)
        reference = prefixes.resolve(element.get("ref")) if name in {"reference", "range"} else None
        if reference is None:
            continue
        yield SupportedProduct(
            reference,
            is_range=name == "range",
            min_version_index=number(element, "minVersionIndex", findings, default=None),
            max_version_index=number(element, "maxVersionIndex", findings, default=None),
        )
