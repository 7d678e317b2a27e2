namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>How much of a parameter a <see cref="GradientTransform"/> needs in one call.</summary>
public enum TransformReach
{
    /// <summary>Each element independently: it gets runs of elements of any length.</summary>
    Elements,

    /// <summary>Each element, and the norms of its input: <see cref="TransformStep.Norm"/> and the global one.</summary>
    Norms,

    /// <summary>
    /// A whole parameter, in row-major order, with its <see cref="TransformStep.Shape"/>. Only parameters that are updated
    /// lazily (see <see cref="GradientTransform"/>) are passed as runs of elements, without a shape.
    /// </summary>
    Parameter,
}
