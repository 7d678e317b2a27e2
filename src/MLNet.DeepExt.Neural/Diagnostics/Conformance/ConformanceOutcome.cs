namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>The outcome of a check.</summary>
public enum ConformanceOutcome
{
    /// <summary>The check passed.</summary>
    Passed,

    /// <summary>The check failed: code that uses the kind would compute wrong results, or throw.</summary>
    Failed,

    /// <summary>The kind lacks an optional feature, such as ONNX operators.</summary>
    Missing,
}
