using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>A network with parameters that can compute: a <see cref="NetworkSpec"/> with its parameters.</summary>
/// <remarks>
/// Forward and backward passes of one network may run on several threads in parallel if each has a separate workspace and
/// none of them trains. Networks are trained in float; the same code in double is for gradient checks.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Network<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Operation<T>[] _operations;
    private readonly (int Operation, Slot Slot)[] _parameters; // in the order of the parameter vector θ

    /// <summary>Creates a network with newly initialized parameters.</summary>
    /// <param name="spec">The description of the network.</param>
    /// <param name="seed">The seed of the initial weights. Default 0.</param>
    /// <exception cref="NotSupportedException">The element type is neither float nor double.</exception>
    /// <exception cref="ArgumentException">An input encoder is not fitted.</exception>
    public Network(NetworkSpec spec, int seed = 0)
        : this(spec)
    {
        CounterRandom random = new CounterRandom((ulong)seed).Derive(RandomStreams.Initialization);
        int number = 0;
        foreach (Operation<T> operation in Program.Leaves)
            operation.Layer.Initialize(random.Derive((ulong)number++), Parameters.Write);
    }

    private Network(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw Lanes.OnlyFloatAndDouble<T>();
        spec.RequireFitted();
        Spec = spec;
        Program = spec.Compile<T>();
        if (Program.Input.Lines > 1)
        {
            throw new ArgumentException(
                $"The network begins with inputs of shape {Program.Input}, but a row of a batch has features without members; put Members into a network.",
                nameof(spec));
        }

        _operations = [.. Program.Operations];
        _parameters = [.. _operations.Index().SelectMany(entry => entry.Item.Layer.Parameters, (entry, slot) => (entry.Index, slot))];
        Parameters = new ParameterStore<T>(Program.Slots);
    }

    /// <summary>The description of the network.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The learned parameters and running statistics.</summary>
    public ParameterStore<T> Parameters { get; }

    internal Program<T> Program { get; }

    /// <summary>Creates a network whose parameters and statistics are 0, to be written afterwards.</summary>
    internal static Network<T> Uninitialized(NetworkSpec spec) => new(spec);

    /// <summary>
    /// Creates an independent copy with the same or the other element type, for example to check the gradients of a trained network.
    /// </summary>
    /// <typeparam name="TOther"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public Network<TOther> ConvertTo<TOther>()
        where TOther : unmanaged, IBinaryFloatingPointIeee754<TOther>
    {
        Network<TOther> copy = Network<TOther>.Uninitialized(Spec);
        IEnumerable<(Slot, Slot)> slots = Parameters.Slots.Zip(copy.Parameters.Slots);
        foreach ((Slot from, Slot to) in slots.Concat(Parameters.Buffers.Zip(copy.Parameters.Buffers)))
            copy.Parameters.Write(to, Array.ConvertAll(Parameters.Read(from), TOther.CreateTruncating));
        return copy;
    }

    /// <summary>
    /// Creates a network for another task: the first layers of this network with their learned parameters, followed by new, untrained layers.
    /// This network is not changed.
    /// </summary>
    /// <remarks>
    /// The kept layers extract features, and training learns how to use them. Few rows of the new task are enough if the kept
    /// layers are frozen (see <see cref="CreateWorkspace"/>) or have a lower learning rate than the head. A head that adds no layers returns the
    /// features. J. Yosinski et al., "How transferable are features in deep neural networks?", 2014.
    /// </remarks>
    /// <param name="keep">The number of kept layers, counted as in <see cref="NetworkSpec.Layers"/>.</param>
    /// <param name="head">Appends the new layers to the kept layers.</param>
    /// <param name="seed">The seed of the initial weights of the new layers. Default 0.</param>
    /// <returns>An independent network. Its kept parameters and running statistics equal those of this network, bit by bit.</returns>
    /// <exception cref="ArgumentException">
    /// The network has fewer layers; the head changed the kept layers; or a kept layer would have other parameters, because a
    /// <see cref="Dense"/> has a bias before one kind of layer and none before another.
    /// </exception>
    /// <example>
    /// <code>
    /// Network&lt;float&gt; start = network.WithHead(keep: 6, kept => kept.Dense(32).Relu().Dense(4), seed: 1);
    /// </code>
    /// </example>
    public Network<T> WithHead(int keep, Func<NetworkSpec, NetworkSpec> head, int seed = 0) => Transfer.WithHead(this, keep, head, seed);

    /// <summary>
    /// Creates a network with another number of outputs: the last <see cref="Dense"/> gets this number of units and new weights, and so do the layers
    /// after it. All layers before it are kept as by <see cref="WithHead"/>.
    /// </summary>
    /// <param name="outputs">The number of outputs, at least 1, for example the number of classes of another label.</param>
    /// <param name="seed">The seed of the initial weights of the new layers. Default 0.</param>
    /// <exception cref="ArgumentException"><paramref name="outputs"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The network has no Dense.</exception>
    public Network<T> WithNewOutputs(int outputs, int seed = 0) => Transfer.WithNewOutputs(this, outputs, seed);

    /// <summary>Creates the memory of passes through this network.</summary>
    /// <remarks>
    /// A frozen layer keeps its parameters. No gradient of its parameters is computed: its part of a gradient vector is not
    /// changed, and is 0 in a new vector. A frozen <see cref="BatchNorm"/> normalizes by its running statistics in every mode, as in a
    /// prediction, and does not update them, as Keras does with <c>trainable = False</c>. The gradient passes through frozen
    /// layers to trainable layers before them; if there are none, there is no backward pass. Freezing does not change layers
    /// without parameters: dropout stays active.
    /// </remarks>
    /// <param name="capacity">The maximum number of rows of a pass.</param>
    /// <param name="backward">True if gradients will be computed.</param>
    /// <param name="inputGradient">True if the gradient of the input will be computed.</param>
    /// <param name="frozen">
    /// The names of the frozen layers, see <see cref="NetworkSpec.LayerNames"/>. The name of a layer that contains layers freezes all of these. By
    /// default none.
    /// </param>
    /// <exception cref="ArgumentException">A name in <paramref name="frozen"/> is not the name of a layer.</exception>
    public Workspace<T> CreateWorkspace(
        int capacity, bool backward = true, bool inputGradient = false, IReadOnlySet<string>? frozen = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        foreach (string name in frozen ?? Enumerable.Empty<string>())
        {
            if (!Program.Find(name).Any())
                throw new ArgumentException($"Layer {name} is to be frozen but {Spec.DescribeNames()}.", nameof(frozen));
        }

        bool[]? isFrozen = frozen is { Count: > 0 }
            ? [.. Program.Operations.Select(operation => operation.Layer.Learns && operation.Path.Any(frozen.Contains))]
            : null;
        bool[]? wanted = backward ? Wanted(inputGradient, isFrozen) : null;
        if (wanted is not null)
            Parameters.KeepTransposed(FirstParameterBehind(wanted));
        return new Workspace<T>(this, MemoryPlan<T>.ForTraining(Program, wanted), capacity, wanted, isFrozen);
    }

    /// <summary>
    /// Creates the memory of predictions on one thread. It holds only the activations that are needed at the same time, for any number of layers. The
    /// number of rows is limited so that it has at most <paramref name="mostElements"/> elements, but at least one row.
    /// </summary>
    /// <remarks>
    /// After a pass only its output is available. The pass cannot be divided between workers: without a barrier between two layers, one
    /// worker would overwrite values that another one still reads.
    /// </remarks>
    internal Workspace<T> CreatePredictionWorkspace(int mostRows, long mostElements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostRows, 1);
        MemoryPlan<T> plan = MemoryPlan<T>.ForPrediction(Program);
        return new Workspace<T>(this, plan, WorkingMemory.Rows(mostRows, plan.ElementsPerRow, mostElements), wanted: null, frozen: null);
    }

    /// <summary>The number of elements per row of a workspace with the gradients of all values.</summary>
    internal static long ElementsPerRow(Program<T> program) =>
        MemoryPlan<T>.ForTraining(program, [.. Enumerable.Repeat(true, program.Operations.Count + 1)]).ElementsPerRow
        + 2L * Lanes.Stride(program.Input.Width);

    /// <summary>Creates a vector of zeros for the gradient, with the layout of the parameters.</summary>
    public Memory<T> CreateGradient() => AlignedMemory.Allocate<T>(Parameters.Values.Length);

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="input">(rows, inputs).</param>
    /// <param name="workspace">Receives the outputs and the values for the backward pass.</param>
    /// <param name="mode">Training or inference.</param>
    /// <returns>The output of the workspace: (rows, outputs).</returns>
    /// <exception cref="ArgumentException">
    /// The rows have another width, there are none, or there are more than the workspace holds; or they are sparse and the first layer is
    /// neither a Dense nor a CategoryEmbedding, or the workspace computes the gradient of the input.
    /// </exception>
    public DenseBlock<T> Forward(InputBlock<T> input, Workspace<T> workspace, ForwardMode mode)
    {
        Begin(input, workspace, mode);
        Forward(workspace, Worker.Alone);
        return workspace.Output;
    }

    /// <summary>Validates the arguments of a forward pass and prepares the workspace. One thread calls it before any worker starts.</summary>
    internal void Begin(InputBlock<T> input, Workspace<T> workspace, ForwardMode mode)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireOwn(workspace);
        if (EnumFault.Find(nameof(ForwardMode), mode) is { } undefined)
            throw new ArgumentException($"{undefined}; use Inference to predict.", nameof(mode));

        if (input.Width != Spec.Inputs)
        {
            throw new ArgumentException(
                $"The rows have {input.Width} numbers but the network has {Spec.Inputs} inputs; they must be equal.", nameof(input));
        }

        workspace.Begin(input, mode);
    }

    /// <summary>Computes the gradient of the parameters, and of the input if the workspace was created for it.</summary>
    /// <param name="workspace">A workspace after a forward pass, with the output gradient filled in.</param>
    /// <param name="gradient">
    /// Receives ∂J/∂θ in the layout of the parameters. The parts of frozen layers are not changed. Empty if
    /// only the gradient of the input is needed.
    /// </param>
    /// <param name="accumulate">True to add the gradient to the existing values, false (default) to overwrite them.</param>
    /// <exception cref="ArgumentException">The gradient is neither empty nor of the length of the parameters.</exception>
    /// <exception cref="InvalidOperationException">The workspace was created for inference, or there was no forward pass.</exception>
    public void Backward(Workspace<T> workspace, Span<T> gradient, bool accumulate = false)
    {
        RequireBackward(workspace, gradient.Length);
        BackwardInputs(workspace, Worker.Alone);
        if (!gradient.IsEmpty)
            BackwardParameters(workspace, gradient, 0, gradient.Length, accumulate);
    }

    /// <summary>Validates the arguments of a backward pass.</summary>
    internal void RequireBackward(Workspace<T> workspace, int gradient)
    {
        RequireOwn(workspace);
        workspace.RequireGradients();
        if (gradient != 0 && gradient != Parameters.Values.Length)
        {
            throw new ArgumentException(
                $"The gradient has {gradient} elements but the parameters have {Parameters.Values.Length}; " +
                "create it with CreateGradient.",
                nameof(gradient));
        }
    }

    /// <summary>Writes the computation of the network at prediction as ONNX operators.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="input">The name of its inputs, (rows, inputs), in the graph.</param>
    /// <returns>The name of its outputs, (rows, outputs).</returns>
    internal string Emit(IOperatorGraph graph, string input)
    {
        var names = new List<string> { input };
        foreach (Operation<T> operation in Program.Operations)
        {
            names.Add(operation.Skip >= 0
                ? operation.Layer.EmitWithSkip(graph, names[operation.Input], names[operation.Skip])
                : operation.Layer.Emit(graph, names[operation.Input], Read));
        }

        return names[^1];

        float[] Read(Slot slot) => Array.ConvertAll(Parameters.Read(slot), float.CreateTruncating);
    }

    /// <summary>Reads one parameter from a vector with the layout of the parameters.</summary>
    /// <param name="slot">One of the parameters.</param>
    /// <param name="gradient">The vector.</param>
    /// <returns>The values, row-major: (rows, columns) of the shape of the parameter.</returns>
    public T[] ReadGradient(Slot slot, ReadOnlySpan<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(slot);
        var values = new T[slot.Shape.Count];
        ParameterStore<T>.ReadFrom(slot, gradient, values);
        return values;
    }

    /// <summary>Runs one worker's share of the forward pass. It starts and ends with the rows divided between the workers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Forward(Workspace<T> workspace, Worker worker)
    {
        Split split = Split.Rows;
        for (int i = 0; i < _operations.Length; i++)
        {
            Operation<T> operation = _operations[i];
            split = Change(split, operation.Layer.ForwardSplit, worker);
            operation.Layer.Forward(PassOf(workspace, i), worker.Share(split, workspace.Input.Rows, operation.OutputShape));
            if (workspace.Activations is not null)
                Measure(workspace, i, worker);
        }

        Change(split, Split.Rows, worker);
    }

    /// <summary>
    /// Runs one worker's share of the backward pass from the output's gradient to all values that need one. It starts with the rows divided between
    /// the workers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BackwardInputs(Workspace<T> workspace, Worker worker)
    {
        Split split = Split.Rows;
        for (int i = _operations.Length - 1; i >= 0; i--)
        {
            Operation<T> operation = _operations[i];
            bool toSkip = operation.Skip >= 0 && workspace.Wants(operation.Skip);
            if (!toSkip && !workspace.Wants(operation.Input))
                continue;
            split = Change(split, operation.Layer.BackwardSplit, worker);
            if (toSkip)
                GiveToSkip(workspace, i, worker.Share(split, workspace.Input.Rows, Program.ShapeOf(operation.Skip)));
            if (!workspace.Wants(operation.Input))
                continue;
            Rectangle share = worker.Share(split, workspace.Input.Rows, operation.InputShape);
            operation.Layer.BackwardInput(PassOf(workspace, i), share);
            if (workspace.ScratchOf(i) is { } scratch)
                AddGradient(scratch, workspace.GradientOf(operation.Input)!, share);
        }
    }

    /// <summary>
    /// Computes the gradient, (to - from), of elements [from, to) of θ, multiples of 16. The gradient of frozen layers is not changed. Every
    /// worker must have finished <see cref="BackwardInputs"/> before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BackwardParameters(Workspace<T> workspace, Span<T> gradient, int from, int to, bool accumulate)
    {
        foreach ((int operation, Slot slot) in _parameters)
        {
            (int first, int last) = slot.Overlap(from, to);
            if (first >= last || workspace.IsFrozen(operation))
                continue;
            Span<T> part = gradient[(first - from)..(last - from)];
            _operations[operation].Layer.BackwardParameters(PassOf(workspace, operation), slot, first - slot.Offset, part, accumulate);
        }
    }

    // Measuring divides the rows between the workers, independently of the split of the layer.
    private void Measure(Workspace<T> workspace, int operation, Worker worker)
    {
        worker.Barrier();
        Rectangle share = worker.Share(Split.Rows, workspace.Input.Rows, _operations[operation].OutputShape);
        workspace.Activations!.Record(operation, workspace.ValueOf(operation + 1)!, share.RowFrom, share.RowTo);
        worker.Barrier();
    }

    // Copies the gradient of an operation's output to that of the second value that it reads, or adds it to the existing gradient.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GiveToSkip(Workspace<T> workspace, int number, in Rectangle share)
    {
        Operation<T> operation = _operations[number];
        DenseBlock<T> from = workspace.GradientOf(number + 1)!, to = workspace.GradientOf(operation.Skip)!;
        bool accumulate = Program.LastReaderOf(operation.Skip) != number;
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            Span<T> source = from.Data.Slice(operation.Layer.LineOfSkip(line) * from.Stride + share.ColumnFrom, share.Width);
            Span<T> destination = to.Data.Slice(line * to.Stride + share.ColumnFrom, share.Width);
            if (accumulate)
                Elementwise.Add<T>(source, destination);
            else
                source.CopyTo(destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddGradient(DenseBlock<T> from, DenseBlock<T> to, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            Elementwise.Add<T>(
                from.Data.Slice(line * from.Stride + share.ColumnFrom, share.Width),
                to.Data.Slice(line * to.Stride + share.ColumnFrom, share.Width));
        }
    }

    private static Split Change(Split current, Split wanted, Worker worker)
    {
        if (wanted == Split.Any || (wanted == current && wanted == Split.Rows))
            return current;
        worker.Barrier();
        return wanted;
    }

    private void RequireOwn(Workspace<T> workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (workspace.Owner != this)
        {
            throw new ArgumentException(
                "The workspace was created by another network; create one with CreateWorkspace of this one.", nameof(workspace));
        }
    }

    /// <summary>Throws if the first layer cannot read sparse rows.</summary>
    internal void RequireSparseInput()
    {
        if (!Program.ReadsSparseRows)
        {
            throw new ArgumentException(
                $"The rows are sparse but the network begins with {(Spec.Layers.Count == 0 ? "no layer" : Spec.Layers[0])}, "
                + "which needs every number; begin it with a Dense, or give it a DenseBlock.",
                "input");
        }
    }

    // [value]: true if a layer before it is trainable, or the gradient of the input is needed.
    private bool[] Wanted(bool inputGradient, bool[]? frozen)
    {
        var wanted = new bool[_operations.Length + 1];
        wanted[0] = inputGradient;
        for (int i = 0; i < _operations.Length; i++)
        {
            Operation<T> operation = _operations[i];
            wanted[i + 1] = wanted[operation.Input] || (operation.Skip >= 0 && wanted[operation.Skip])
                || (operation.Layer.Learns && frozen?[i] != true);
        }

        return wanted;
    }

    // The offset in θ of the parameters of the first layer that computes the gradient of its input; those of later layers follow.
    private int FirstParameterBehind(bool[] wanted)
    {
        int lowest = Array.FindIndex(_operations, operation => wanted[operation.Input]);
        return lowest < 0
            ? Parameters.Values.Length
            : _operations.Skip(lowest).SelectMany(operation => operation.Layer.Parameters).FirstOrDefault()?.Offset ?? Parameters.Values.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Pass<T> PassOf(Workspace<T> workspace, int number)
    {
        Operation<T> operation = _operations[number];
        DenseBlock<T>? x = workspace.ValueOf(operation.Input);
        DenseBlock<T> y = workspace.ValueOf(number + 1)!;
        DenseBlock<T>? dx = workspace.ScratchOf(number) ?? workspace.GradientOf(operation.Input);
        DenseBlock<T>? dy = workspace.GradientOf(number + 1);
        return new Pass<T>
        {
            Mode = workspace.ModeOf(number),
            Rows = y.Rows,
            X = x is null ? default : x.Data,
            XStride = x?.Stride ?? 0,
            SparseX = workspace.SparseInputOf(operation),
            Touched = workspace.TouchedInputsOf(operation),
            Skip = operation.Skip >= 0 ? workspace.ValueOf(operation.Skip)!.Data : default,
            Y = y.Data,
            YStride = y.Stride,
            DX = dx is null ? default : dx.Data,
            DY = dy is null ? default : dy.Data,
            Memo = workspace.MemoOf(number),
            Parameters = Parameters.Values,
            Transposed = Parameters.Transposed,
            Buffers = Parameters.BufferValues,
            ScheduleFactor = workspace.ScheduleFactorOf(number),
            Random = workspace.Random,
        };
    }
}
