namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>What became of a check.</summary>
public enum ConformanceOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold: what uses the kind would compute something wrong, or fail.</summary>
    Failed,

    /// <summary>The kind does without something that it may do without, such as its operators for ONNX.</summary>
    Missing,
}
