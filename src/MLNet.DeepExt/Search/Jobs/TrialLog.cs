using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Forwards what trials log to the log of the search. A warning that several trials give in the same words is forwarded once: it is about the
/// rows or the pipeline, which all trials share. How often it was given is in the log at the end, as information.
/// </summary>
/// <param name="host">The log of the search.</param>
internal sealed class TrialLog(IHost host)
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, (string Source, int Times)> _warnings = [];

    /// <summary>Forwards a message.</summary>
    /// <param name="source">What of the search it is from, such as <c>Trial 3</c>.</param>
    /// <param name="message">The message.</param>
    public void Forward(string source, LoggingEventArgs message)
    {
        if (message.Kind == ChannelMessageKind.Warning && !IsFirst(source, message.RawMessage))
            return;
        using IChannel channel = host.Start(source);
        string text = $"{message.Source}: {message.RawMessage}";
        switch (message.Kind)
        {
            case ChannelMessageKind.Error:
                channel.Error(MessageSensitivity.None, text);
                break;
            case ChannelMessageKind.Warning:
                channel.Warning(MessageSensitivity.None, text);
                break;
            case ChannelMessageKind.Info:
                channel.Info(MessageSensitivity.None, text);
                break;
            default:
                channel.Trace(MessageSensitivity.None, text);
                break;
        }
    }

    /// <summary>Says how often warnings were repeated.</summary>
    public void Summarize()
    {
        lock (_gate)
        {
            foreach ((string warning, (string source, int times)) in _warnings.Where(pair => pair.Value.Times > 1))
            {
                using IChannel channel = host.Start("Trials");
                channel.Info(
                    MessageSensitivity.None, FormattableString.Invariant($"The warning of {source} was given {times} times in all: {warning}"));
            }
        }
    }

    private bool IsFirst(string source, string warning)
    {
        lock (_gate)
        {
            bool isFirst = !_warnings.TryGetValue(warning, out (string Source, int Times) known);
            _warnings[warning] = isFirst ? (source, 1) : (known.Source, known.Times + 1);
            return isFirst;
        }
    }
}
