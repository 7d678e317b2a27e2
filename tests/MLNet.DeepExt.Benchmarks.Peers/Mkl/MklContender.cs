using System.Runtime.InteropServices;
using System.Text;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Peers.Mkl;

/// <summary>The Intel Math Kernel Library, which is part of libtorch, by its sgemm of BLAS.</summary>
internal static unsafe class MklContender
{
    private static nint _library;

    public static Contender Create() => new("mkl", Prepare, Measure);

    private static string Prepare()
    {
        string file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : "libtorch_cpu.so";
        _library = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, file));
        var getVersion = (delegate* unmanaged<byte*, int, void>)NativeLibrary.GetExport(_library, "MKL_Get_Version_String");
        byte* text = stackalloc byte[256];
        getVersion(text, 256);
        string version = Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        // "Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build …"
        string[] words = version.Split(' ', '-');
        return $"MKL {words[Array.IndexOf(words, "Version") + 1]}";
    }

    private static void Measure(Job job, Reporter report)
    {
        if (job.Task != Job.Products)
            throw new NotSupportedException($"MKL has no task {job.Task}");
        ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(_library, "MKL_Set_Num_Threads_Local"))(job.Threads);
        ProductTiming.Measure(
            ProductShape.OfLayers,
            shape => new MklProduct(_library, shape).Multiply,
            (shape, seconds) => report.Figure(shape.Case, seconds));
    }
}
