namespace MLNet.DeepExt.Neural.Layers;

/// <summary>What the layers around a layer, or what examines a network, have to know of it beside its shape.</summary>
[Flags]
public enum LayerTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>At prediction its outputs are a linear function of its inputs, up to a shift.</summary>
    Affine = 1,

    /// <summary>At prediction its outputs are its inputs.</summary>
    IdentityAtPrediction = 2,

    /// <summary>It subtracts the mean of each input over the batch, so that a bias before it has no effect.</summary>
    SubtractsMean = 4,

    /// <summary>Standing first, it reads rows whose zeros are left out.</summary>
    ReadsSparseRows = 8,

    /// <summary>
    /// Its function bends where an input is 0, so that it has two slopes there. The sign of an output, -0 included, says on which side its
    /// input is.
    /// </summary>
    BendsAtZero = 16,

    /// <summary>
    /// At prediction it only scales columns, and becomes part of the layer after it where that can absorb scalings, as a <see cref="Dense"/> can.
    /// </summary>
    FoldsIntoNext = 32,
}
