using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A compiled network: a list of operations over numbered values. Value 0 is the input; operation i writes value i + 1, and the last operation
/// writes the output. A value of shape (members, features) is a block of rows · members lines.
/// </summary>
internal sealed class Program<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _lastReader; // [value]: the last operation that reads it; -1 if none does
    private readonly int[] _readers;    // [value]: how many operations read it

    public Program(TensorShape input, IReadOnlyList<Operation<T>> operations, IReadOnlyList<string> names, SlotAllocator slots)
    {
        Input = input;
        Operations = operations;
        Names = names;
        Slots = slots;
        Output = ShapeOf(operations.Count);
        _lastReader = new int[operations.Count + 1];
        _readers = new int[operations.Count + 1];
        _lastReader.AsSpan().Fill(-1);
        for (int i = 0; i < operations.Count; i++)
        {
            Read(operations[i].Input, i);
            if (operations[i].Skip >= 0)
                Read(operations[i].Skip, i);
        }

        ReadsSparseRows = _readers[0] > 0 && operations.All(operation =>
            operation.Skip != 0 && (operation.Input != 0 || operation.Spec.Has(LayerTraits.ReadsSparseRows)));
    }

    public TensorShape Input { get; }

    public IReadOnlyList<Operation<T>> Operations { get; }

    /// <summary>The operations of layers that do not contain layers.</summary>
    public IEnumerable<Operation<T>> Leaves => Operations.Where(operation => operation.Spec is not CompositeSpec);

    /// <summary>The names of all layers, including layers that contain layers.</summary>
    public IReadOnlyList<string> Names { get; }

    public SlotAllocator Slots { get; }

    public TensorShape Output { get; }

    /// <summary>True if rows may be sparse: all layers that read the input can read sparse rows.</summary>
    public bool ReadsSparseRows { get; }

    /// <summary>True if training rows may be sparse: only one layer reads the input.</summary>
    public bool LearnsFromSparseRows => ReadsSparseRows && _readers[0] == 1;

    public TensorShape ShapeOf(int value) => value == 0 ? Input : Operations[value - 1].OutputShape;

    public int LastReaderOf(int value) => _lastReader[value];

    public bool HasOneReader(int value) => _readers[value] == 1;

    /// <summary>Returns the operations of a layer by name; for a layer that contains layers, the operations of all of these.</summary>
    /// <returns>Empty if no layer has the name.</returns>
    public IEnumerable<int> Find(string name) =>
        Enumerable.Range(0, Operations.Count).Where(i => Operations[i].Path.Contains(name));

    private void Read(int value, int operation)
    {
        _lastReader[value] = operation;
        _readers[value]++;
    }
}
