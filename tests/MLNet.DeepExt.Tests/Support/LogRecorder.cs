using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Keeps what a context logs from one source, without the header that ML.NET puts before each message.</summary>
internal sealed class LogRecorder
{
    private readonly ConcurrentQueue<(ChannelMessageKind Kind, string Message)> _messages = new();

    public LogRecorder(MLContext context, string source)
    {
        context.Log += (_, e) =>
        {
            if (e.Source.StartsWith(source, StringComparison.Ordinal))
                _messages.Enqueue((e.Kind, e.RawMessage));
        };
    }

    public string[] Of(ChannelMessageKind kind) => [.. _messages.Where(entry => entry.Kind == kind).Select(entry => entry.Message)];
}
