using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>The memory of predictions on one thread; created by <see cref="Predictor.CreateBuffer"/>.</summary>
public sealed class PredictionBuffer
{
    private DenseBlock<float>? _dense;
    private SparseBlock<float>? _sparse;
    private DenseBlock<float>? _means; // (rows, outputs): means over members

    internal PredictionBuffer(Predictor owner, Workspace<float> workspace)
    {
        Owner = owner;
        Workspace = workspace;
    }

    internal Predictor Owner { get; }

    /// <summary>The buffer for dense copies of sparse rows. Created on first use; it has fewer rows if rows are wide.</summary>
    internal DenseBlock<float> Dense =>
        _dense ??= new DenseBlock<float>(WorkingMemory.Rows(Workspace.Capacity, Owner.Inputs, WorkingMemory.MostInputs), Owner.Inputs);

    /// <summary>The buffer for a part of sparse rows. Created on first use; it grows with the number of stored values.</summary>
    internal SparseBlock<float> Sparse => _sparse ??= new SparseBlock<float>(Workspace.Capacity, Owner.Inputs);

    internal Workspace<float> Workspace { get; }

    /// <summary>Returns the logits of the network or, if it has members, their mean, in a block of the buffer.</summary>
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
