namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>One check of a kind.</summary>
/// <param name="Name">The property that is checked, such as <c>gradient of classes is that of finite differences</c>.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">The measured values, or the fault.</param>
public sealed record ConformanceCheck(string Name, ConformanceOutcome Outcome, string Detail);
