namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>The mode of a forward pass.</summary>
public enum ForwardMode
{
    /// <summary>Training: batch statistics, dropout, and updates of running averages.</summary>
    Train,

    /// <summary>Training without updates of running averages: repeating the pass gives the same result. For gradient checks and adversarial
    /// attacks.</summary>
    HeldMask,

    /// <summary>Prediction: running averages instead of batch statistics, and no dropout.</summary>
    Inference,
}
