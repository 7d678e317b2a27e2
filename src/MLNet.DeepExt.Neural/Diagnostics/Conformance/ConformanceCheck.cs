namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>One check of a kind.</summary>
/// <param name="Name">What holds if it passed, such as <c>gradient of classes is that of finite differences</c>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">The figures, or what is wrong or missing.</param>
public sealed record ConformanceCheck(string Name, ConformanceOutcome Outcome, string Detail);
