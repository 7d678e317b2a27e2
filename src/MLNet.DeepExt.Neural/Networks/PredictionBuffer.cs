using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>The memory of predictions on one thread; made by <see cref="Predictor.CreateBuffer"/>.</summary>
public sealed class PredictionBuffer
{
    private DenseBlock<float>? _dense;
    private SparseBlock<float>? _sparse;

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
}
