"""Small ILCD data sets in the shapes of the format (JRC, ILCD 1.1; ILCD+EPD of KIT), written by hand for tests."""

from __future__ import annotations

import io
import zipfile

SPACES = (
    'xmlns="http://lca.jrc.it/ILCD/Process" xmlns:common="http://lca.jrc.it/ILCD/Common" '
    'xmlns:epd="http://www.iai.kit.edu/EPD/2013" version="1.1"'
)
FLOW, PROPERTY, GROUP = (f"{n}0000000-0000-0000-0000-000000000000" for n in (1, 2, 3))
CLIMATE, SULPHUR = (f"{n}0000000-0000-0000-0000-000000000000" for n in (5, 6))
IMPACT, IMPACT_GROUP = (f"{n}0000000-0000-0000-0000-000000000000" for n in (7, 8))


def reference(kind: str, key: str, words: str, element: str) -> str:
    return (
        f'<{element} type="{kind}" refObjectId="{key}" uri="../x/{key}.xml" version="01.00.000">'
        f'<common:shortDescription xml:lang="en">{words}</common:shortDescription></{element}>'
    )


def result(method: str, words: str, amount: str = "", modules: dict[str, str] | None = None, unit: str = "") -> str:
    """One LCIA result: an amount, or amounts by module with their unit."""
    other = "".join(
        f'<epd:amount epd:module="{module}">{value}</epd:amount>' for module, value in (modules or {}).items()
    )
    group = reference("unit group data set", IMPACT_GROUP, unit, "epd:referenceToUnitGroupDataSet") if unit else ""
    return (
        f"<LCIAResult>{reference('LCIA method data set', method, words, 'referenceToLCIAMethodDataSet')}"
        f"{f'<meanAmount>{amount}</meanAmount>' if amount else ''}"
        f"{f'<common:other>{other}{group}</common:other>' if other else ''}</LCIAResult>"
    )


def process(key: str, name: str, results: str, amount: str = "1.0", place: str = "FR", kind: str = "LCI result") -> str:
    found = f"<LCIAResults>{results}</LCIAResults>" if results else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<processDataSet {SPACES}>
 <processInformation>
  <dataSetInformation><common:UUID>{key}</common:UUID>
   <name><baseName xml:lang="fr">{name} (fr)</baseName><baseName xml:lang="en">{name}</baseName></name>
  </dataSetInformation>
  <quantitativeReference type="Reference flow(s)"><referenceToReferenceFlow>0</referenceToReferenceFlow>
  </quantitativeReference>
  <time><common:referenceYear>2022</common:referenceYear></time>
  <geography><locationOfOperationSupplyOrProduction location="{place}"/></geography>
 </processInformation>
 <modellingAndValidation><LCIMethodAndAllocation><typeOfDataSet>{kind}</typeOfDataSet></LCIMethodAndAllocation>
 </modellingAndValidation>
 <exchanges><exchange dataSetInternalID="0">{reference("flow data set", FLOW, name, "referenceToFlowDataSet")}
  <exchangeDirection>Output</exchangeDirection>
  <meanAmount>{amount}</meanAmount><resultingAmount>{amount}</resultingAmount>
 </exchange></exchanges>
 {found}
</processDataSet>"""


def flow(prop: str = PROPERTY) -> str:
    return f"""<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" xmlns:common="http://lca.jrc.it/ILCD/Common">
 <flowInformation><dataSetInformation><common:UUID>{FLOW}</common:UUID></dataSetInformation>
 <quantitativeReference><referenceToReferenceFlowProperty>0</referenceToReferenceFlowProperty></quantitativeReference>
 </flowInformation>
 <flowProperties><flowProperty dataSetInternalID="0">
 {reference("flow property data set", prop, "Mass", "referenceToFlowPropertyDataSet")}<meanValue>1</meanValue>
 </flowProperty></flowProperties></flowDataSet>"""


def flow_property(key: str, group: str) -> str:
    return f"""<flowPropertyDataSet xmlns="http://lca.jrc.it/ILCD/FlowProperty" xmlns:common="http://lca.jrc.it/ILCD/Common">
 <flowPropertiesInformation><dataSetInformation><common:UUID>{key}</common:UUID>
 <common:name xml:lang="en">Mass</common:name></dataSetInformation><quantitativeReference>
 {reference("unit group data set", group, "Units", "referenceToReferenceUnitGroup")}
 </quantitativeReference></flowPropertiesInformation></flowPropertyDataSet>"""


def unit_group(key: str, unit: str) -> str:
    return f"""<unitGroupDataSet xmlns="http://lca.jrc.it/ILCD/UnitGroup" xmlns:common="http://lca.jrc.it/ILCD/Common">
 <unitGroupInformation><dataSetInformation><common:UUID>{key}</common:UUID>
 <common:name xml:lang="en">Units</common:name></dataSetInformation>
 <quantitativeReference><referenceToReferenceUnit>0</referenceToReferenceUnit></quantitativeReference>
 </unitGroupInformation><units><unit dataSetInternalID="1"><name>t</name><meanValue>1000</meanValue></unit>
 <unit dataSetInternalID="0"><name>{unit}</name><meanValue>1</meanValue></unit></units></unitGroupDataSet>"""


def method(key: str, name: str) -> str:
    return f"""<LCIAMethodDataSet xmlns="http://lca.jrc.it/ILCD/LCIAMethod" xmlns:common="http://lca.jrc.it/ILCD/Common">
 <LCIAMethodInformation><dataSetInformation><common:UUID>{key}</common:UUID>
 <common:name xml:lang="en">{name}</common:name></dataSetInformation>
 <quantitativeReference>{reference("flow property data set", IMPACT, "CO2", "referenceQuantity")}
 </quantitativeReference></LCIAMethodInformation></LCIAMethodDataSet>"""


def archive(processes: dict[str, str], **more: str) -> bytes:
    """The archive of some processes, with the flow, its unit and the methods that they name."""
    parts = {f"ILCD/processes/{key}.xml": text for key, text in processes.items()}
    parts |= {
        f"ILCD/flows/{FLOW}.xml": flow(),
        f"ILCD/flowproperties/{PROPERTY}.xml": flow_property(PROPERTY, GROUP),
        f"ILCD/flowproperties/{IMPACT}.xml": flow_property(IMPACT, IMPACT_GROUP),
        f"ILCD/unitgroups/{GROUP}.xml": unit_group(GROUP, "kg"),
        f"ILCD/unitgroups/{IMPACT_GROUP}_01.00.000.xml": unit_group(IMPACT_GROUP, "kg CO2 eq"),
        f"ILCD/lciamethods/{CLIMATE}.xml": method(CLIMATE, "Climate change"),
    }
    return packed(parts | more)


def packed(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return data.getvalue()
