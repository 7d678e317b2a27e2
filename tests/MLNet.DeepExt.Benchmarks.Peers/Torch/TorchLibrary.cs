using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Benchmarks.Peers.Torch;

/// <summary>Loads TorchSharp's native library, also where the system's C++ library is older than the one it was built with.</summary>
internal static class TorchLibrary
{
    // Asked for by a declaration in a header of GCC 13 that nothing calls.
    private const string UnusedVersion = "GLIBCXX_3.4.32";

    /// <exception cref="DllNotFoundException">It cannot be loaded; the message is the loader's.</exception>
    public static void Load()
    {
        if (!OperatingSystem.IsLinux())
            return; // TorchSharp loads it by itself
        string path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (NativeLibrary.TryLoad(path, out _))
            return;
        ReplaceByWeakened(path);
        NativeLibrary.Load(path);
    }

    private static void ReplaceByWeakened(string path)
    {
        byte[] library = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.Weaken(library, UnusedVersion))
            return;
        // A new file in place of the old: that one may be a link to the original in the package cache.
        string changed = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(changed, library);
        File.Move(changed, path, overwrite: true);
    }
}
