using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The cost of a network on one batch and its gradient, by the training code, with a fixed dropout mask.</summary>
internal sealed class CostPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly Loss _loss;
    private readonly Batch<T> _batch;
    private readonly Regularizer? _regularizer;
    private readonly double _epsilon;
    private readonly double _totalWeight;
    private readonly double[] _costs; // (rows)
    private readonly Workspace<T> _workspace;
    private readonly List<bool> _sides = [];

    public CostPass(Network<T> network, Loss loss, Batch<T> batch, Regularizer? regularizer = null, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(batch);
        loss.Validate(network.Spec.Outputs, batch.Target);
        regularizer?.Validate();
        _totalWeight = batch.TotalWeight();
        if (!(_totalWeight > 0))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The weights of the batch sum to {_totalWeight}; give at least one row a weight above 0."),
                nameof(batch));
        }

        _network = network;
        _loss = loss;
        _batch = batch;
        _regularizer = regularizer;
        _epsilon = epsilon;
        _costs = new double[batch.Rows];
        _workspace = network.CreateWorkspace(batch.Inputs.Capacity, backward: false);
    }

    /// <summary>J: the weighted mean of the costs of the rows, plus the penalty on the weights.</summary>
    public double Cost()
    {
        DenseBlock<T> outputs = _network.Forward(_batch.Inputs, _workspace, ForwardMode.HeldMask);
        _loss.Cost(outputs, _batch.Target, _costs, 0, _batch.Rows);
        double cost = _batch.WeightedSum(_costs) / _totalWeight;
        foreach (Slot slot in RegularizedSlots())
            cost += _regularizer!.Penalty<T>(ValuesOf(slot), _batch.Rows);
        return cost;
    }

    /// <summary>Stores on which side of their kinks the units were when the cost was last computed.</summary>
    public void RememberSides()
    {
        _sides.Clear();
        _sides.AddRange(Sides());
    }

    /// <summary>True if all units were on the stored sides of their kinks when the cost was last computed.</summary>
    public bool KeptSides() => Sides().SequenceEqual(_sides);

    /// <summary>True if ∂J/∂W may not exist, because the penalty on a weight has a kink within ±ε.</summary>
    public bool IsNearKink(Slot slot, T weight) =>
        slot.Kind == SlotKind.Weight && _regularizer is { IsProximal: true } && double.CreateTruncating(T.Abs(weight)) <= _epsilon;

    /// <summary>Computes ∂J/∂θ.</summary>
    /// <param name="gradient">Receives the gradient, in the layout of the parameters.</param>
    /// <param name="input">∂J/∂x: (rows, inputs); null if the rows are sparse.</param>
    public void Gradient(Span<T> gradient, out DenseBlock<T>? input)
    {
        Workspace<T> workspace = _network.CreateWorkspace(_batch.Inputs.Capacity, inputGradient: _batch.Inputs is DenseBlock<T>);
        DenseBlock<T> outputs = _network.Forward(_batch.Inputs, workspace, ForwardMode.HeldMask);
        _loss.CostAndGradient(outputs, _batch.Target, _batch.Weights, _totalWeight, _costs, workspace.OutputGradient, 0, _batch.Rows);
        _network.Backward(workspace, gradient);
        foreach (Slot slot in RegularizedSlots())
            AddPrice(ValuesOf(slot), gradient.Slice(slot.Offset, slot.Length));

        input = workspace.InputGradient;
    }

    // weights, gradient: (n), including padding of 0.
    private void AddPrice(ReadOnlySpan<T> weights, Span<T> gradient)
    {
        if (_regularizer!.HasGradient)
            _regularizer.AddGradient(weights, gradient, _batch.Rows);
        if (!_regularizer.IsProximal)
            return;

        // |W| is not part of the training gradient: after each update, a separate step moves a weight by rate · ∂J/∂W towards 0. At this
        // rate that is at most ε, so weights that are not near the kink do not reach it.
        double rate = _epsilon / _regularizer.Penalty<T>([T.One], _batch.Rows);
        Span<T> update = AlignedMemory.Allocate<T>(weights.Length).Span;
        _regularizer.Shrink(update, weights, rate, _batch.Rows);
        for (int i = 0; i < weights.Length; i++)
            gradient[i] += update[i] / T.CreateTruncating(rate);
    }

    private IEnumerable<Slot> RegularizedSlots() =>
        _regularizer is null ? [] : _network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight);

    private Span<T> ValuesOf(Slot slot) => _network.Parameters.Values.Slice(slot.Offset, slot.Length);

    private IEnumerable<bool> Sides()
    {
        foreach ((int i, Operation<T> operation) in _network.Program.Operations.Index())
        {
            if (!operation.Spec.Has(LayerTraits.BendsAtZero))
                continue;
            DenseBlock<T> outputs = _workspace.ValueOf(i + 1)!;
            for (int j = 0; j < outputs.Rows * outputs.Width; j++)
                yield return T.IsNegative(outputs.Row(j / outputs.Width)[j % outputs.Width]);
        }
    }
}
