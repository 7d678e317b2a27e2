using System.Globalization;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

internal static class Culture
{
    /// <summary>Runs a test as on a machine of another country.</summary>
    public static void Run(string name, Action test)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(name);
        try
        {
            test();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
