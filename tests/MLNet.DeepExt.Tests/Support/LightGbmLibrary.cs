using System.Runtime.InteropServices;
using Microsoft.ML.Trainers.LightGbm;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>LightGBM's native library, which is not for every machine, and on Linux wants libgomp, which a bare one lacks.</summary>
internal static class LightGbmLibrary
{
    private static readonly bool Loads = NativeLibrary.TryLoad("lib_lightgbm", typeof(LightGbmBinaryTrainer).Assembly, searchPath: null, out _);

    /// <summary>Skips the test, and says why, where the library does not load.</summary>
    public static void Require() =>
        Assert.SkipUnless(Loads, "LightGBM's native library does not load here; on Debian, install libgomp1.");
}
