namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The properties of a layer, other than its shape, that adjacent layers and network analyses depend on.</summary>
[Flags]
public enum LayerTraits
{
    /// <summary>No trait.</summary>
    None = 0,

    /// <summary>At prediction, the outputs are an affine function of the inputs.</summary>
    Affine = 1,

    /// <summary>At prediction, the outputs equal the inputs.</summary>
    IdentityAtPrediction = 2,

    /// <summary>The layer subtracts the mean of each input over the batch, so a bias before it has no effect.</summary>
    SubtractsMean = 4,

    /// <summary>As the first layer, it can read sparse rows.</summary>
    ReadsSparseRows = 8,

    /// <summary>
    /// The function has a kink at 0, with two slopes there. The sign of an output, including that of -0, shows on which side of 0 the
    /// input is.
    /// </summary>
    BendsAtZero = 16,

    /// <summary>
    /// At prediction the layer only scales columns. It is folded into the next layer if that can absorb scalings, as a <see cref="Dense"/> can.
    /// </summary>
    FoldsIntoNext = 32,
}
