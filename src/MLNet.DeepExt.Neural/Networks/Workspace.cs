using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// The memory of one pass through a network: activations and, for going backward, their gradients. A network can have
/// several, so that one network is passed more than once before going backward; each serves one pass at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseBlock<T>?[] _values;    // [value]: (lines, features); null for the input
    private readonly DenseBlock<T>?[] _gradients; // [value]: (lines, features), ∂J/∂value, null if not requested
    private readonly DenseBlock<T>?[] _scratch;   // [operation]: (lines, features), of a gradient that is added to another one
    private readonly Memory<T>[] _memos;          // [operation]
    private readonly (DenseBlock<T> Block, int Lines)[] _blocks; // all that have as many rows as the input, times lines
    private readonly bool[]? _frozen;             // [operation]; null if none is
    private double[]? _scheduleFactors;           // [operation]; null where none was set
    private readonly IReadOnlyList<bool>? _wanted; // [value]: whether its gradient is; null for a pass forward alone
    private InputBlock<T>? _input;
    private TouchedInputs<T>? _touched;           // of sparse inputs, for going backward

    /// <param name="network">Whose passes it serves.</param>
    /// <param name="plan">Where what stands.</param>
    /// <param name="capacity">The most rows of a pass.</param>
    /// <param name="wanted">[value]: whether its gradient is wanted; null for a pass forward alone.</param>
    /// <param name="frozen">[operation]: whether it keeps what it has learned; null if none does.</param>
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
        // Whose output is its input has nothing to compute, but may be asked for the gradient.
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

    /// <summary>The most rows of a pass.</summary>
    public int Capacity { get; }

    /// <summary>What dropout's mask is drawn from, beside the seed: the number of the training step.</summary>
    public long Step
    {
        get;
        set
        {
            field = value;
            Random = RandomOf(Seed, Step);
        }
    }

    /// <summary>What dropout's mask is drawn from, beside the step.</summary>
    public int Seed
    {
        get;
        set
        {
            field = value;
            Random = RandomOf(Seed, Step);
        }
    }

    /// <summary>What dropout draws its mask from.</summary>
    internal CounterRandom Random { get; private set; } = RandomOf(0, 0);

    /// <summary>
    /// What the last forward pass computed: (rows, outputs); of a network with members (rows · members, outputs), those of a row one after the
    /// other.
    /// </summary>
    public DenseBlock<T> Output => _values.Length > 1 ? _values[^1]! : (DenseBlock<T>)Input;

    /// <summary>∂J/∂output, to be filled before going backward: as <see cref="Output"/>. Its padding must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The workspace was made for inference.</exception>
    public DenseBlock<T> OutputGradient
    {
        get
        {
            RequireGradients();
            return _gradients[^1]!;
        }
    }

    /// <summary>∂J/∂input, as the last backward pass left it: (rows, inputs). Null if the workspace was made without.</summary>
    public DenseBlock<T>? InputGradient { get; }

    /// <summary>The network whose passes it serves.</summary>
    internal Network<T> Owner { get; }

    internal InputBlock<T> Input => _input ??
        throw new InvalidOperationException("The workspace has not seen a forward pass; call Network.Forward first.");

    internal ForwardMode Mode { get; private set; }

    /// <summary>What passes forward have the outputs of layers measured by; null if not requested.</summary>
    internal ActivationNorms<T>? Activations { get; set; }

    /// <summary>Readies the workspace for a pass. One thread does it, before any worker begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Begin(InputBlock<T> input, ForwardMode mode)
    {
        if (input.Rows == 0)
            throw new ArgumentException("The batch has no rows; a pass needs at least 1.", nameof(input));
        if (input.Rows > Capacity)
        {
            throw new ArgumentException(
                $"The batch has {input.Rows} rows but the workspace was made for {Capacity}; make a larger one.", nameof(input));
        }

        if (input is SparseBlock<T> sparse)
            BeginSparse(sparse);
        _input = input;
        Mode = mode;
        foreach ((DenseBlock<T> block, int lines) in _blocks)
            block.Rows = input.Rows * lines;
    }

    /// <summary>The factor of the schedule that a layer has, in the passes from now on.</summary>
    internal void SetScheduleFactor(int operation, double factor)
    {
        if (_scheduleFactors is null)
        {
            _scheduleFactors = new double[Owner.Program.Operations.Count];
            _scheduleFactors.AsSpan().Fill(1);
        }

        _scheduleFactors[operation] = factor;
    }

    /// <summary>The factor of the schedule that a layer has; 1 where none was set.</summary>
    internal double ScheduleFactorOf(int operation) => _scheduleFactors is null ? 1 : _scheduleFactors[operation];

    private static CounterRandom RandomOf(int seed, long step) =>
        new CounterRandom((ulong)seed).Derive(RandomStreams.Dropout).Derive((ulong)step);

    internal void RequireGradients()
    {
        if (_wanted is null)
            throw new InvalidOperationException("The workspace was made for inference and has no gradients; make one with backward: true.");
    }

    /// <summary>A value; null for an input that is sparse.</summary>
    internal DenseBlock<T>? ValueOf(int value) => value == 0 ? Input as DenseBlock<T> : _values[value];

    /// <summary>The sparse inputs, where an operation reads them; null for any other, or where the inputs are dense.</summary>
    internal SparseBlock<T>? SparseInputOf(Operation<T> operation) => operation.Input == 0 ? _input as SparseBlock<T> : null;

    /// <summary>The gradient of a value; null if not requested.</summary>
    internal DenseBlock<T>? GradientOf(int value) => _gradients[value];

    /// <summary>Whether going backward comes to a value.</summary>
    internal bool Wants(int value) => _wanted![value];

    /// <summary>Where the gradient of an operation's input is computed before it is added to what others have written; null if it is not added.</summary>
    internal DenseBlock<T>? ScratchOf(int operation) => _scratch[operation];

    /// <summary>Whether a layer keeps what it has learned. Never a layer that has nothing to learn.</summary>
    internal bool IsFrozen(int operation) => _frozen is not null && _frozen[operation];

    /// <summary>What the pass is for, as a layer sees it: to a frozen one it is always a prediction.</summary>
    internal ForwardMode ModeOf(int operation) => IsFrozen(operation) ? ForwardMode.Inference : Mode;

    /// <summary>
    /// The entries of sparse inputs by column; null where the inputs are dense, nothing goes backward or the first layer is frozen.
    /// </summary>
    internal TouchedInputs<T>? TouchedInputsOf(Operation<T> operation) => SparseInputOf(operation) is null ? null : _touched;

    internal Span<T> MemoOf(int operation) => _memos[operation].Span;

    private static Memory<T> Allocate(int capacity, long elements) => capacity * elements <= AlignedMemory.MaximumLength
        ? AlignedMemory.Allocate<T>((int)(capacity * elements))
        : throw new ArgumentOutOfRangeException(
            nameof(capacity),
            FormattableString.Invariant($"{capacity} rows of {elements} numbers are more than one array holds; use fewer rows."));

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
                "give it a DenseBlock, or make it without inputGradient.",
                nameof(input));
        }

        if (_wanted is null || IsFrozen(0))
            return;
        _touched ??= new TouchedInputs<T>(input.Width);
        _touched.Read(input);
    }
}
