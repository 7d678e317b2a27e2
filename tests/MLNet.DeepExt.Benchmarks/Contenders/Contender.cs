namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>Someone who can be measured.</summary>
/// <param name="Key">What the command line calls it.</param>
/// <param name="Prepare">Loads what it needs and says its name, with versions.</param>
/// <param name="Measure">Does a job and reports figures by name.</param>
internal sealed record Contender(string Key, Func<string> Prepare, Action<Job, Reporter> Measure);
