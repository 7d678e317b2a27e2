namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>Says what a contender measured.</summary>
/// <param name="contender">Its name, with versions.</param>
internal sealed class Reporter(string contender)
{
    public void Figure(string name, double value) => new Report { Contender = contender, Figure = name, Value = value }.Write();

    public void Source(string source) => new Report { Contender = contender, Source = source }.Write();
}
