namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Whether a loss, a metric or another kind does what the rest of this library relies on.</summary>
public sealed class ConformanceReport
{
    internal ConformanceReport(string kind, IReadOnlyList<ConformanceCheck> checks)
    {
        Kind = kind;
        Checks = checks;
    }

    /// <summary>What was checked, as text.</summary>
    public string Kind { get; }

    /// <summary>Each check, in the order in which they ran.</summary>
    public IReadOnlyList<ConformanceCheck> Checks { get; }

    /// <summary>Whether no check failed. Something may be missing.</summary>
    public bool Passed => Checks.All(check => check.Outcome != ConformanceOutcome.Failed);

    /// <summary>What does not hold.</summary>
    public IReadOnlyList<ConformanceCheck> Failures => Of(ConformanceOutcome.Failed);

    /// <summary>What the kind does without.</summary>
    public IReadOnlyList<ConformanceCheck> Missing => Of(ConformanceOutcome.Missing);

    /// <summary>A table: the kind, and a line for each check with its outcome and its figures.</summary>
    public override string ToString() => string.Join(
        '\n', Checks.Select(check => $"{check.Outcome,-8}{check.Name,-64} {check.Detail}".TrimEnd()).Prepend(Kind));

    private ConformanceCheck[] Of(ConformanceOutcome outcome) => [.. Checks.Where(check => check.Outcome == outcome)];
}
