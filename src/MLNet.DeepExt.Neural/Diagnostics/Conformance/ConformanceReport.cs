namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>The result of checking that a loss, a metric or another kind fulfills the requirements of this library.</summary>
public sealed class ConformanceReport
{
    internal ConformanceReport(string kind, IReadOnlyList<ConformanceCheck> checks)
    {
        Kind = kind;
        Checks = checks;
    }

    /// <summary>The checked kind, as text.</summary>
    public string Kind { get; }

    /// <summary>Each check, in the order in which they ran.</summary>
    public IReadOnlyList<ConformanceCheck> Checks { get; }

    /// <summary>True if no check failed. Optional features may be missing.</summary>
    public bool Passed => Checks.All(check => check.Outcome != ConformanceOutcome.Failed);

    /// <summary>The failed checks.</summary>
    public IReadOnlyList<ConformanceCheck> Failures => Of(ConformanceOutcome.Failed);

    /// <summary>The missing optional features.</summary>
    public IReadOnlyList<ConformanceCheck> Missing => Of(ConformanceOutcome.Missing);

    /// <summary>The report as a table: the kind, and a line for each check with its outcome and its values.</summary>
    public override string ToString() => string.Join(
        '\n', Checks.Select(check => $"{check.Outcome,-8}{check.Name,-64} {check.Detail}".TrimEnd()).Prepend(Kind));

    private ConformanceCheck[] Of(ConformanceOutcome outcome) => [.. Checks.Where(check => check.Outcome == outcome)];
}
