using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What ML.NET keeps to itself of a component's host.</summary>
internal static class HostExtensions
{
    /// <summary>Throws, as the trainers of ML.NET do, when the context has been cancelled.</summary>
    public static void ThrowIfCancelled(this IHost host) => host.CheckAlive();
}
