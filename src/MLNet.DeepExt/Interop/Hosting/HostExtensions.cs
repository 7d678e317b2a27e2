using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What ML.NET keeps to itself of a component's host.</summary>
internal static class HostExtensions
{
    /// <summary>Throws, as the trainers of ML.NET do, when the context has been cancelled.</summary>
    public static void ThrowIfCancelled(this IHost host) => host.CheckAlive();

    /// <summary>Writes a warning to the log of the context.</summary>
    public static void Warn(this IHost host, string source, string text)
    {
        using IChannel channel = host.Start(source);
        channel.Warning(MessageSensitivity.None, text);
    }
}
