using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>The memory of predictions on one thread; made by <see cref="Predictor.CreateBuffer"/>.</summary>
public sealed class PredictionBuffer
{
    private DenseBlock<float>? _dense;
    private SparseBlock<float>? _sparse;
    private DenseBlock<float>? _means; // (rows, outputs): of members

    internal PredictionBuffer(Predictor owner, Workspace<float> workspace)
    {
        Owner = owner;
        Workspace = workspace;
    }

    internal Predictor Owner { get; }

    /// <summary>Where rows are written out. Made when first wanted, and of fewer rows where they are wide.</summary>
    internal DenseBlock<float> Dense =>
        _dense ??= new DenseBlock<float>(WorkingMemory.Rows(Workspace.Capacity, Owner.Inputs, WorkingMemory.MostInputs), Owner.Inputs);

    /// <summary>Where a part of sparse rows is copied to. Made when first wanted; it grows with the numbers that a part stores.</summary>
    internal SparseBlock<float> Sparse => _sparse ??= new SparseBlock<float>(Workspace.Capacity, Owner.Inputs);

    internal Workspace<float> Workspace { get; }

    /// <summary>The logits of rows: those of the network, or of several members the mean of theirs, in a block of the buffer.</summary>
    internal DenseBlock<float> MeanOfMembers(DenseBlock<float> logits, Loss loss)
    {
        if (Workspace.Owner.Spec.OutputShape.Lines == 1)
            return logits;
        _means ??= new DenseBlock<float>(Workspace.Capacity, Owner.Outputs);
        _means.Rows = Workspace.Input.Rows;
        loss.MeanOfMembers(logits, _means, 0, _means.Rows);
        return _means;
    }
}
