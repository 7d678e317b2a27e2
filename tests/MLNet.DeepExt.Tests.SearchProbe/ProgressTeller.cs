using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>Tells, on the thread that reports, of trials that begin and end.</summary>
public sealed class ProgressTeller(Action<string> tell) : IProgress<SearchProgress>
{
    public void Report(SearchProgress value) => tell(FormattableString.Invariant($"{(value.IsEnd ? "end" : "begin")} {value.Last.Number}"));
}
