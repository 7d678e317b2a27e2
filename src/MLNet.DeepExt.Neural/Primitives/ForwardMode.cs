namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>What a forward pass is for.</summary>
public enum ForwardMode
{
    /// <summary>Batch statistics, dropout, and running averages that learn from the batch.</summary>
    Train,

    /// <summary>As in training, but nothing is remembered: the same pass again computes the same. For gradient checks and attacks.</summary>
    HeldMask,

    /// <summary>Running averages in place of batch statistics, and no dropout.</summary>
    Inference,
}
