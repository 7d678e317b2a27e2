using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>What a component asks of its host: whether it was cancelled, and to write to the log.</summary>
internal static class HostExtensions
{
    /// <summary>Throws, as the trainers of ML.NET do, when the context has been cancelled.</summary>
    public static void ThrowIfCancelled(this IHost host) => host.CheckAlive();

    /// <summary>Writes a warning to the log of the context; it may name columns, but no value of a row.</summary>
    public static void Warn(this IHost host, string source, string text)
    {
        using IChannel channel = host.Start(source);
        channel.Warning(MessageSensitivity.Schema, text);
    }

    /// <summary>Writes what a caller may like to know to the log of the context.</summary>
    public static void Inform(this IHost host, string source, string text)
    {
        using IChannel channel = host.Start(source);
        channel.Info(MessageSensitivity.Schema, text);
    }
}
