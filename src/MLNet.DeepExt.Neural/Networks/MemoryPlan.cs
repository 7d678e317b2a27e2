using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Assigns each value of a program, and each gradient, to a region of memory. A region can hold several values in turn, if no operation reads
/// the first one after the second one is written.
/// </summary>
/// <remarks>
/// A layer that computes every element independently can write its outputs over its inputs, for any number of workers. Any other layer needs a free
/// region. Reuse of such regions requires a single thread: without a barrier, one worker would overwrite values that another one still reads.
/// </remarks>
internal sealed class MemoryPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The index of a value without a region.</summary>
    public const int None = -1;

    private readonly Program<T> _program;
    private readonly List<long> _regions = []; // [region]: the number of elements per row
    private readonly int[] _values;            // [value]
    private readonly int[] _gradients;         // [value]
    private readonly int[] _scratch;           // [operation]: the region of a gradient that is added to another one

    private MemoryPlan(Program<T> program)
    {
        _program = program;
        _values = new int[program.Operations.Count + 1];
        _gradients = new int[program.Operations.Count + 1];
        _scratch = new int[program.Operations.Count];
        _values.AsSpan().Fill(None);
        _gradients.AsSpan().Fill(None);
        _scratch.AsSpan().Fill(None);
    }

    /// <summary>True if all layers share one region for the values saved for the backward pass; only the values of the last layer remain.</summary>
    public bool SharesMemos { get; private init; }

    /// <summary>The number of elements per row of each region.</summary>
    public IReadOnlyList<long> Regions => _regions;

    /// <summary>The number of elements per row in total, including values saved for the backward pass.</summary>
    public long ElementsPerRow
    {
        get
        {
            IEnumerable<long> memos = _program.Operations.Select(operation => (long)MemoPerLine(operation.Layer) * operation.OutputShape.Lines);
            return _regions.Sum() + (SharesMemos ? memos.DefaultIfEmpty(0).Max() : memos.Sum());
        }
    }

    public int OfValue(int value) => _values[value];

    public int OfGradient(int value) => _gradients[value];

    public int OfScratch(int operation) => _scratch[operation];

    /// <summary>Creates a plan for predictions on one thread. After a pass only its output is available.</summary>
    public static MemoryPlan<T> ForPrediction(Program<T> program)
    {
        var plan = new MemoryPlan<T>(program) { SharesMemos = true };
        var free = new PriorityQueue<int, long>(); // the largest first
        for (int i = 0; i < program.Operations.Count; i++)
        {
            Operation<T> operation = program.Operations[i];
            long wanted = ElementsOf(operation.OutputShape);
            bool inPlace = operation.Layer.ForwardSplit == Split.Any && operation.Input > 0 && program.LastReaderOf(operation.Input) == i;
            if (inPlace)
                plan._values[i + 1] = plan._values[operation.Input];
            else
                plan._values[i + 1] = free.TryDequeue(out int region, out _) ? region : plan.AddRegion(0);
            plan._regions[plan._values[i + 1]] = Math.Max(plan._regions[plan._values[i + 1]], wanted);
            if (!inPlace)
                Free(operation.Input, i);
            Free(operation.Skip, i);
        }

        return plan;

        void Free(int value, int reader)
        {
            if (value > 0 && program.LastReaderOf(value) == reader)
                free.Enqueue(plan._values[value], -plan._regions[plan._values[value]]);
        }
    }

    /// <summary>Creates a plan for passes with any number of workers.</summary>
    /// <param name="program">The program.</param>
    /// <param name="wanted">[value]: true if its gradient is needed; null for forward passes only.</param>
    public static MemoryPlan<T> ForTraining(Program<T> program, IReadOnlyList<bool>? wanted)
    {
        var plan = new MemoryPlan<T>(program);
        for (int i = 0; i < program.Operations.Count; i++)
        {
            plan._values[i + 1] = plan.MayOverwriteInput(i)
                ? plan._values[program.Operations[i].Input]
                : plan.AddRegion(ElementsOf(program.Operations[i].OutputShape));
        }

        if (wanted is not null)
            plan.AddGradients(wanted);
        return plan;
    }

    /// <summary>The number of elements that a layer saves for the backward pass, per line.</summary>
    private static int MemoPerLine(Layer<T> layer) => layer.MemoLength(2) - layer.MemoLength(1);

    private static long ElementsOf(TensorShape shape) => (long)Lanes.Stride(shape.Width) * shape.Lines;

    private int AddRegion(long elements)
    {
        _regions.Add(elements);
        return _regions.Count - 1;
    }

    // y of an element-wise layer overwrites its x if no operation reads x afterwards, forward or backward. The input is not overwritten, because it
    // belongs to the caller.
    private bool MayOverwriteInput(int number)
    {
        Operation<T> operation = _program.Operations[number];
        return operation.Input > 0 && operation.Layer.ForwardSplit == Split.Any && !operation.Layer.BackwardReadsX
            && _program.HasOneReader(operation.Input) && !_program.Operations[operation.Input - 1].Layer.BackwardReadsY;
    }

    // The backward pass runs from the last operation to the first. The first operation that reaches a value writes its gradient; the others add to
    // it.
    private void AddGradients(IReadOnlyList<bool> wanted)
    {
        int output = _program.Operations.Count;
        _gradients[output] = output == 0 ? None : AddRegion(ElementsOf(_program.Output));
        for (int i = output - 1; i >= 0; i--)
        {
            Operation<T> operation = _program.Operations[i];
            if (operation.Skip > 0 && wanted[operation.Skip] && _gradients[operation.Skip] == None)
                _gradients[operation.Skip] = AddRegion(ElementsOf(_program.ShapeOf(operation.Skip)));
            // The gradient of the network's input belongs to the caller.
            if (!wanted[operation.Input] || (operation.Input == 0 && _program.LastReaderOf(0) == i))
                continue;
            if (_program.LastReaderOf(operation.Input) != i)
                _scratch[i] = AddRegion(ElementsOf(operation.InputShape));
            else if (MayOverwriteOutputGradient(i))
                _gradients[operation.Input] = _gradients[i + 1];
            else
                _gradients[operation.Input] = AddRegion(ElementsOf(operation.InputShape));
        }
    }

    // No other operation reads dy of such a layer if it has no parameters. The gradient of the output is not reused, because it belongs to the
    // caller.
    private bool MayOverwriteOutputGradient(int number)
    {
        Operation<T> operation = _program.Operations[number];
        return number + 1 < _program.Operations.Count && operation.Layer.BackwardSplit == Split.Any && !operation.Layer.Learns;
    }
}
