using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// The memory of one pass through a network: activations and, for a backward pass, their gradients. A network can have
/// several workspaces, for example for several forward passes before the backward passes; each is used by one pass at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseBlock<T>?[] _values;    // [value]: (lines, features); null for the input
    private readonly DenseBlock<T>?[] _gradients; // [value]: (lines, features), ∂J/∂value, null if not requested
    private readonly DenseBlock<T>?[] _scratch;   // [operation]: (lines, features), a gradient that is added to another one
    private readonly Memory<T>[] _memos;          // [operation]
    private readonly (DenseBlock<T> Block, int Lines)[] _blocks; // all blocks with the rows of the input, times lines
    private readonly bool[]? _frozen;             // [operation]; null if none is
    private double[]? _scheduleFactors;           // [operation]; null if none was set
    private readonly IReadOnlyList<bool>? _wanted; // [value]: true if its gradient is needed; null for forward passes only
    private InputBlock<T>? _input;
    private TouchedInputs<T>? _touched;           // of sparse inputs, for the backward pass

    /// <param name="network">The network.</param>
    /// <param name="plan">The memory plan.</param>
    /// <param name="capacity">The maximum number of rows of a pass.</param>
    /// <param name="wanted">[value]: true if its gradient is needed; null for forward passes only.</param>
    /// <param name="frozen">[operation]: true if it is frozen; null if none is.</param>
    internal Workspace(Network<T> network, MemoryPlan<T> plan, int capacity, IReadOnlyList<bool>? wanted, bool[]? frozen)
    {
        Program<T> program = network.Program;
        Owner = network;
        Capacity = capacity;
        _frozen = frozen;
        _wanted = wanted;
        Memory<T>[] regions = [.. plan.Regions.Select(elements => Allocate(capacity, elements))];
        int count = program.Operations.Count;
        _values = new DenseBlock<T>?[count + 1];
        _gradients = new DenseBlock<T>?[count + 1];
        _scratch = new DenseBlock<T>?[count];
        var blocks = new List<(DenseBlock<T>, int)>();
        for (int value = 0; value <= count; value++)
        {
            _values[value] = BlockIn(plan.OfValue(value), program.ShapeOf(value));
            _gradients[value] = BlockIn(plan.OfGradient(value), program.ShapeOf(value));
        }

        for (int i = 0; i < count; i++)
            _scratch[i] = BlockIn(plan.OfScratch(i), program.Operations[i].InputShape);
        if (wanted?[0] == true)
            _gradients[0] = InputGradient = Counted(new DenseBlock<T>(capacity, program.Input.Width), program.Input);
        // A network whose output is its input has nothing to compute, but its gradient may be requested.
        if (wanted is not null && count == 0)
            _gradients[0] ??= Counted(new DenseBlock<T>(capacity, program.Input.Width), program.Input);
        _memos = MemosOf(program, plan, capacity);
        _blocks = [.. blocks];

        DenseBlock<T>? BlockIn(int region, TensorShape shape) =>
            region == MemoryPlan<T>.None ? null : Counted(new DenseBlock<T>(regions[region], capacity * shape.Lines, shape.Width), shape);

        DenseBlock<T> Counted(DenseBlock<T> block, TensorShape shape)
        {
            blocks.Add((block, shape.Lines));
            return block;
        }
    }

    /// <summary>The maximum number of rows of a pass.</summary>
    public int Capacity { get; }

    /// <summary>The number of the training step. Together with the seed it determines the dropout mask.</summary>
    public long Step
    {
        get;
        set
        {
            field = value;
            Random = RandomOf(Seed, Step);
        }
    }

    /// <summary>The seed of the dropout mask.</summary>
    public int Seed
    {
        get;
        set
        {
            field = value;
            Random = RandomOf(Seed, Step);
        }
    }

    /// <summary>The random numbers of the dropout mask.</summary>
    internal CounterRandom Random { get; private set; } = RandomOf(0, 0);

    /// <summary>
    /// The output of the last forward pass: (rows, outputs). If the network has members: (rows · members, outputs), with the lines of a row
    /// following one another.
    /// </summary>
    public DenseBlock<T> Output => _values.Length > 1 ? _values[^1]! : (DenseBlock<T>)Input;

    /// <summary>∂J/∂output, with the shape of <see cref="Output"/>. Fill it in before the backward pass. Its padding must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The workspace was created for inference.</exception>
    public DenseBlock<T> OutputGradient
    {
        get
        {
            RequireGradients();
            return _gradients[^1]!;
        }
    }

    /// <summary>∂J/∂input of the last backward pass: (rows, inputs). Null if the workspace was created without it.</summary>
    public DenseBlock<T>? InputGradient { get; }

    /// <summary>The network.</summary>
    internal Network<T> Owner { get; }

    internal InputBlock<T> Input => _input ??
        throw new InvalidOperationException("The workspace has had no forward pass; call Network.Forward first.");

    internal ForwardMode Mode { get; private set; }

    /// <summary>Measures the outputs of layers in forward passes; null if not requested.</summary>
    internal ActivationNorms<T>? Activations { get; set; }

    /// <summary>Prepares the workspace for a pass. One thread calls it before any worker starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Begin(InputBlock<T> input, ForwardMode mode)
    {
        if (input.Rows == 0)
            throw new ArgumentException("The batch has no rows; a pass needs at least 1.", nameof(input));
        if (input.Rows > Capacity)
        {
            throw new ArgumentException(
                $"The batch has {input.Rows} rows but the capacity of the workspace is {Capacity}; create a larger one.", nameof(input));
        }

        if (input is SparseBlock<T> sparse)
            BeginSparse(sparse);
        _input = input;
        Mode = mode;
        foreach ((DenseBlock<T> block, int lines) in _blocks)
            block.Rows = input.Rows * lines;
    }

    /// <summary>Sets the factor of the schedule of a layer for the following passes.</summary>
    internal void SetScheduleFactor(int operation, double factor)
    {
        if (_scheduleFactors is null)
        {
            _scheduleFactors = new double[Owner.Program.Operations.Count];
            _scheduleFactors.AsSpan().Fill(1);
        }

        _scheduleFactors[operation] = factor;
    }

    /// <summary>Returns the factor of the schedule of a layer; 1 if none was set.</summary>
    internal double ScheduleFactorOf(int operation) => _scheduleFactors is null ? 1 : _scheduleFactors[operation];

    private static CounterRandom RandomOf(int seed, long step) =>
        new CounterRandom((ulong)seed).Derive(RandomStreams.Dropout).Derive((ulong)step);

    internal void RequireGradients()
    {
        if (_wanted is null)
            throw new InvalidOperationException("The workspace was created for inference and has no gradients; create one with backward: true.");
    }

    /// <summary>Returns a value; null for a sparse input.</summary>
    internal DenseBlock<T>? ValueOf(int value) => value == 0 ? Input as DenseBlock<T> : _values[value];

    /// <summary>Returns the sparse inputs if the operation reads them; otherwise null.</summary>
    internal SparseBlock<T>? SparseInputOf(Operation<T> operation) => operation.Input == 0 ? _input as SparseBlock<T> : null;

    /// <summary>The gradient of a value; null if not requested.</summary>
    internal DenseBlock<T>? GradientOf(int value) => _gradients[value];

    /// <summary>True if the backward pass computes the gradient of a value.</summary>
    internal bool Wants(int value) => _wanted![value];

    /// <summary>The work area for a gradient that is added to the gradient of other operations; null if it is not added.</summary>
    internal DenseBlock<T>? ScratchOf(int operation) => _scratch[operation];

    /// <summary>True if a layer is frozen. Always false for a layer without parameters.</summary>
    internal bool IsFrozen(int operation) => _frozen is not null && _frozen[operation];

    /// <summary>The mode of a layer: always inference if it is frozen.</summary>
    internal ForwardMode ModeOf(int operation) => IsFrozen(operation) ? ForwardMode.Inference : Mode;

    /// <summary>
    /// The entries of sparse inputs by column; null if the inputs are dense, there is no backward pass or the first layer is frozen.
    /// </summary>
    internal TouchedInputs<T>? TouchedInputsOf(Operation<T> operation) => SparseInputOf(operation) is null ? null : _touched;

    internal Span<T> MemoOf(int operation) => _memos[operation].Span;

    private static Memory<T> Allocate(int capacity, long elements) => capacity * elements <= AlignedMemory.MaximumLength
        ? AlignedMemory.Allocate<T>((int)(capacity * elements))
        : throw new ArgumentOutOfRangeException(
            nameof(capacity),
            FormattableString.Invariant($"{capacity} rows of {elements} numbers are more than one array can hold; use fewer rows."));

    private static Memory<T>[] MemosOf(Program<T> program, MemoryPlan<T> plan, int capacity)
    {
        int[] lengths = [.. program.Operations.Select(operation => operation.Layer.MemoLength(checked(capacity * operation.OutputShape.Lines)))];
        if (!plan.SharesMemos)
            return [.. lengths.Select(AlignedMemory.Allocate<T>)];
        Memory<T> shared = AlignedMemory.Allocate<T>(lengths.DefaultIfEmpty(0).Max());
        return [.. lengths.Select(length => shared[..length])];
    }

    private void BeginSparse(SparseBlock<T> input)
    {
        Owner.RequireSparseInput();
        if (InputGradient is not null)
        {
            throw new ArgumentException(
                "The rows are sparse but the workspace computes the gradient of the input, which is not; " +
                "give it a DenseBlock, or create it without inputGradient.",
                nameof(input));
        }

        if (_wanted is null || IsFrozen(0))
            return;
        _touched ??= new TouchedInputs<T>(input.Width);
        _touched.Read(input);
    }
}
