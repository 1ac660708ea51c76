"""Namespaces that many templates use: which file declares each, and where that file is to be had."""

from dataclasses import dataclass

_WINDOWS = r"part of every Windows, in C:\Windows\PolicyDefinitions"
_OFFICE = "published by Microsoft with the templates for Office"
_EDGE = "published by Microsoft with the templates for Edge"
_CHROME = "published by Google with the templates for Chrome"
_FIREFOX = "published by Mozilla with the templates for Firefox"
_SECURITY = "published on GitHub as Security-ADMX"


@dataclass(frozen=True, slots=True)
class KnownNamespace:
    """The file that declares a namespace, and where it comes from."""

    file_name: str
    origin: str


def hint(namespace: str) -> str:
    """A sentence about where a namespace comes from; blank where nothing is known."""
    known = KNOWN_NAMESPACES.get(namespace)
    if known is None:
        known, written = next(
            ((one, name) for name, one in KNOWN_NAMESPACES.items() if name.lower() == namespace.lower()), (None, "")
        )
        if known is None:
            return ""
        return f"It may mean {written}, which {known.file_name} declares ({known.origin}); letter case matters."
    return f"It is declared by {known.file_name} ({known.origin})."


_BY_ORIGIN = {
    _WINDOWS: {
        "FullArmor.Policies.3B9EA2B5_A1D1_4CD5_9EDE_75B22990BC21": "Search.admx",
        "Microsoft.Policies.AppV": "appv.admx",
        "Microsoft.Policies.Appx": "AppxPackageManager.admx",
        "Microsoft.Policies.Camera": "Camera.admx",
        "Microsoft.Policies.DataCollection": "DataCollection.admx",
        "Microsoft.Policies.DeviceInstallation": "DeviceInstallation.admx",
        "Microsoft.Policies.EventLogs": "EventLog.admx",
        "Microsoft.Policies.FileSys": "FileSys.admx",
        "Microsoft.Policies.Globalization": "Globalization.admx",
        "Microsoft.Policies.GroupPolicy": "GroupPolicy.admx",
        "Microsoft.Policies.InternetExplorer": "inetres.admx",
        "Microsoft.Policies.KDC": "kdc.admx",
        "Microsoft.Policies.Kerberos": "Kerberos.admx",
        "Microsoft.Policies.MMCSnapIns": "MMCSnapins.admx",
        "Microsoft.Policies.ManagementConsole": "MMC.admx",
        "Microsoft.Policies.MicrosoftEdge": "MicrosoftEdge.admx",
        "Microsoft.Policies.MicrosoftPassportForWork": "Passport.admx",
        "Microsoft.Policies.NetLogon": "Netlogon.admx",
        "Microsoft.Policies.NetMeeting": "Conf.admx",
        "Microsoft.Policies.NetworkConnectivityAssistant": "nca.admx",
        "Microsoft.Policies.OSPolicy": "OSPolicy.admx",
        "Microsoft.Policies.PowerManagement": "Power.admx",
        "Microsoft.Policies.Printing": "Printing.admx",
        "Microsoft.Policies.Products": "WindowsProducts.admx",
        "Microsoft.Policies.QualityofService": "QOS.admx",
        "Microsoft.Policies.SecurityCenter": "Securitycenter.admx",
        "Microsoft.Policies.Sensors": "Sensors.admx",
        "Microsoft.Policies.Sensors.WindowsLocationProvider": "LocationProviderAdm.admx",
        "Microsoft.Policies.ServiceControlManager": "ServiceControlManager.admx",
        "Microsoft.Policies.SmartScreen": "SmartScreen.admx",
        "Microsoft.Policies.StartMenu": "StartMenu.admx",
        "Microsoft.Policies.TCPIP": "tcpip.admx",
        "Microsoft.Policies.TerminalServer": "TerminalServer.admx",
        "Microsoft.Policies.TrustedPlatformModule": "TPM.admx",
        "Microsoft.Policies.VolumeEncryption": "VolumeEncryption.admx",
        "Microsoft.Policies.Windows": "Windows.admx",
        "Microsoft.Policies.WindowsDefender": "WindowsDefender.admx",
        "Microsoft.Policies.WindowsErrorReporting": "ErrorReporting.admx",
        "Microsoft.Policies.WindowsExplorer": "WindowsExplorer.admx",
        "Microsoft.Policies.WindowsFirewall": "WindowsFirewall.admx",
        "Microsoft.Policies.WindowsLogon2": "WinLogon.admx",
        "Microsoft.Policies.WindowsRemoteShell": "WindowsRemoteShell.admx",
        "Microsoft.Policies.WindowsSandbox": "WindowsSandbox.admx",
        "Microsoft.Policies.WindowsUpdate": "WindowsUpdate.admx",
    },
    "published by Microsoft with the Windows security baselines": {
        "Microsoft.Policies.MSS": "MSS-legacy.admx",
        "Microsoft.Policies.SecGuide": "SecGuide.admx",
    },
    _OFFICE: {
        "office16.Office.Microsoft.Policies.Windows": "office16.admx",
        "Teams.Office.Microsoft.Policies.Windows": "teams16.admx",
        "word16.Office.Microsoft.Policies.Windows": "word16.admx",
    },
    _EDGE: {
        "Microsoft.Policies.Edge": "msedge.admx",
        "Microsoft.Policies.EdgeUpdate": "msedgeupdate.admx",
    },
    _CHROME: {
        "Google.Policies": "google.admx",
        "Google.Policies.Chrome": "chrome.admx",
        "Google.Policies.Update": "GoogleUpdate.admx",
    },
    _FIREFOX: {
        "Mozilla.Policies": "mozilla.admx",
        "Mozilla.Policies.Firefox": "firefox.admx",
    },
    "published by Thunderbird with its policy templates": {"Mozilla.Policies.Thunderbird": "thunderbird.admx"},
    "installed with OneDrive, in its adm folder": {"Microsoft.Policies.OneDriveNGSC": "OneDrive.admx"},
    "published by Microsoft with the Windows Package Manager": {
        "Microsoft.Policies.AppInstaller": "DesktopAppInstaller.admx"
    },
    "published by Microsoft with PowerToys": {"Microsoft.Policies.PowerToys": "PowerToys.admx"},
    "installed with Visual Studio Code": {
        "Microsoft.Policies.VSCode": "VSCode.admx",
        "Microsoft.Policies.VSCodeInsiders": "VSCodeInsiders.admx",
    },
    "published by Microsoft with the Windows Subsystem for Linux": {"Microsoft.WSL": "WSL.admx"},
    "published by Lithnet with its products": {
        "Lithnet": "lithnet.admx",
        "Lithnet.IdleLogoff": "lithnet.idlelogoff.admx",
    },
    "published by Sinclair Community College with Make Me Admin": {
        "SinclairCC.Policies.SCC": "SinclairBase.admx",
        "SinclairCC.Policies.MakeMeAdmin": "SinclairMakeMeAdmin.admx",
    },
    "published by Samba": {
        "FullArmor.Policies.98BB16AF_01EE_4D17_870D_A3311A44D6C2": "samba.admx",
        "Samba.Policies.System": "GNOME_Settings.admx",
    },
    _SECURITY: {
        "AddDebugPolicies.Policies.AddDebugPolicies": "AdditionalDebugPolicies.admx",
        "AddDefenderPolicies.Policies.AddDefenderPolicies": "AdditionalDefenderPolicies.admx",
        "AddHard.Policies.AddHard": "AdditionalHardening.admx",
        "AddNetworkHard.Policies.AddNetworkHard": "AdditionalNetworkHardening.admx",
        "AddSystemHard.Policies.AddLegacyHard": "AdditionalLegacyHardening.admx",
        "AddSystemHard.Policies.AddMSFTHard": "AdditionalHardeningFromMicrosoft.admx",
        "AddSystemHard.Policies.AddSystemHard": "AdditionalSystemHardening.admx",
        "AddUserHard.Policies.AddUserHard": "AdditionalUserHardening.admx",
    },
    "published by GLPI with its agent": {"GLPI-Agent": "GLPI-Agent.admx"},
}

KNOWN_NAMESPACES: dict[str, KnownNamespace] = {
    namespace: KnownNamespace(file_name, origin)
    for origin, files in _BY_ORIGIN.items()
    for namespace, file_name in files.items()
}
