using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>A network that computes: a <see cref="NetworkSpec"/> with its parameters.</summary>
/// <remarks>
/// Forward and backward passes of one network may run on several threads at once if each has a workspace of its own and
/// none of them trains. Trained in float; the same code in double is for checking gradients.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Network<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a network with newly initialized parameters.</summary>
    /// <param name="spec">Its inputs and layers.</param>
    /// <param name="seed">What the initial weights are drawn from.</param>
    /// <exception cref="NotSupportedException">The element type is neither float nor double.</exception>
    public Network(NetworkSpec spec, int seed = 0)
        : this(spec)
    {
        CounterRandom random = new CounterRandom((ulong)seed).Derive(RandomStreams.Initialization);
        for (int i = 0; i < Layers.Count; i++)
            (Layers[i] as ParameterLayer<T>)?.Initialize(random.Derive((ulong)i), Parameters.Write);
    }

    private Network(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw Lanes.OnlyFloatAndDouble<T>();
        Spec = spec;
        SlotAllocator slots = spec.Compile<T>(out IReadOnlyList<Layer<T>> layers);
        Layers = layers;
        Parameters = new ParameterStore<T>(slots);
    }

    /// <summary>What it is made of.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>What it has learned.</summary>
    public ParameterStore<T> Parameters { get; }

    internal IReadOnlyList<Layer<T>> Layers { get; }

    /// <summary>Makes a network whose parameters and statistics are all 0, to be written.</summary>
    internal static Network<T> Uninitialized(NetworkSpec spec) => new(spec);

    /// <summary>
    /// Makes an independent copy, in the same or the other element type: to check the gradients of a trained network, say.
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
    /// Makes a network for another task: the first layers with all that they have learned, and after them new, untrained ones.
    /// This network is not changed.
    /// </summary>
    /// <remarks>
    /// The kept layers give features; training learns how to read them. Few rows of the new task are enough where the kept
    /// layers are frozen (see <see cref="CreateWorkspace"/>) or learn more slowly than the head. A head that adds nothing leaves the
    /// features themselves. J. Yosinski et al., "How transferable are features in deep neural networks?", 2014.
    /// </remarks>
    /// <param name="keep">How many layers are kept, counted as in <see cref="NetworkSpec.Layers"/>.</param>
    /// <param name="head">Puts the new layers after the kept ones.</param>
    /// <param name="seed">What the initial weights of the new layers are drawn from.</param>
    /// <returns>A network of its own; the kept parameters and running statistics have the same bits as here.</returns>
    /// <exception cref="ArgumentException">
    /// The network does not have as many layers; or the head changed them; or a kept layer would have other parameters, because a
    /// <see cref="Dense"/> has a bias before one layer and none before another.
    /// </exception>
    /// <example>
    /// <code>
    /// Network&lt;float&gt; start = network.WithHead(keep: 6, kept => kept.Dense(32).Relu().Dense(4), seed: 1);
    /// </code>
    /// </example>
    public Network<T> WithHead(int keep, Func<NetworkSpec, NetworkSpec> head, int seed = 0) => Transfer.WithHead(this, keep, head, seed);

    /// <summary>
    /// Makes a network for another number of outputs: the last <see cref="Dense"/> gets that many units and new weights, and so does what
    /// stands after it; all before is kept as by <see cref="WithHead"/>.
    /// </summary>
    /// <param name="outputs">How many outputs, at least 1: the classes of another label, say.</param>
    /// <param name="seed">What the initial weights of the new layer are drawn from.</param>
    /// <exception cref="ArgumentException">There are no outputs.</exception>
    /// <exception cref="InvalidOperationException">The network has no Dense.</exception>
    public Network<T> WithNewOutputs(int outputs, int seed = 0) => Transfer.WithNewOutputs(this, outputs, seed);

    /// <summary>Makes memory for passes through this network.</summary>
    /// <remarks>
    /// A frozen layer keeps what it has learned. No gradient of its parameters is computed: its part of a gradient vector is left as
    /// it stands, 0 in a new one. A frozen <see cref="BatchNorm"/> normalizes by its running statistics in every mode, as in a
    /// prediction, and does not change them; this is what Keras does for <c>trainable = False</c>. The gradient passes through frozen
    /// layers to those below them that learn; where none does, no pass goes backward. Layers that have nothing to learn do the same
    /// frozen or not: dropout goes on.
    /// </remarks>
    /// <param name="capacity">The most rows of a pass.</param>
    /// <param name="backward">Whether gradients will be wanted.</param>
    /// <param name="inputGradient">Whether the gradient of the input will be wanted.</param>
    /// <param name="frozen">
    /// The numbers of the layers that are frozen, counted as in <see cref="NetworkSpec.Layers"/>. By default none.
    /// </param>
    /// <exception cref="ArgumentException">A number in <paramref name="frozen"/> is none of a layer.</exception>
    public Workspace<T> CreateWorkspace(
        int capacity, bool backward = true, bool inputGradient = false, IReadOnlySet<int>? frozen = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        RequireLayers(frozen);
        int lowest = LowestBackward(inputGradient, frozen);
        if (backward)
            Parameters.KeepTransposed(FirstParameterOf(lowest));
        return new Workspace<T>(this, capacity, backward, backward && inputGradient, lowest, frozen);
    }

    /// <inheritdoc cref="Workspace{T}.ForPrediction"/>
    internal Workspace<T> CreatePredictionWorkspace(int mostRows, long mostElements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostRows, 1);
        return Workspace<T>.ForPrediction(this, mostRows, mostElements);
    }

    /// <summary>Makes a vector of zeros that is laid out as the parameters, for their gradient.</summary>
    public Memory<T> CreateGradient() => AlignedMemory.Allocate<T>(Parameters.Values.Length);

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="input">(rows, inputs).</param>
    /// <param name="workspace">Receives the outputs and what going backward needs.</param>
    /// <param name="mode">What the pass is for.</param>
    /// <returns>The output of the workspace: (rows, outputs).</returns>
    /// <exception cref="ArgumentException">
    /// The rows have another width, are none, or are more than the workspace holds; or they are sparse and the first layer is
    /// neither a Dense nor a CategoryEmbedding, or the workspace has room for the gradient of the input.
    /// </exception>
    public DenseBlock<T> Forward(InputBlock<T> input, Workspace<T> workspace, ForwardMode mode)
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
        Forward(workspace, Worker.Alone);
        return workspace.Output;
    }

    /// <summary>Computes the gradient of the parameters, and of the input if the workspace has room for it.</summary>
    /// <param name="workspace">One whose last pass was forward and whose output gradient has been filled.</param>
    /// <param name="gradient">
    /// Receives ∂J/∂θ, laid out as the parameters, but for layers that the workspace freezes, whose part is left as it stands. Empty if
    /// only the input's gradient is wanted.
    /// </param>
    /// <param name="accumulate">Whether the gradient is added to what stands there.</param>
    /// <exception cref="ArgumentException">The gradient is neither empty nor as long as the parameters.</exception>
    /// <exception cref="InvalidOperationException">The workspace was made for inference, or no pass went forward.</exception>
    public void Backward(Workspace<T> workspace, Span<T> gradient, bool accumulate = false)
    {
        RequireOwn(workspace);
        workspace.RequireGradients();
        if (!gradient.IsEmpty && gradient.Length != Parameters.Values.Length)
        {
            throw new ArgumentException(
                $"The gradient has {gradient.Length} elements but the parameters have {Parameters.Values.Length}; " +
                "make it with CreateGradient.",
                nameof(gradient));
        }

        BackwardInputs(workspace, Worker.Alone);
        if (!gradient.IsEmpty)
            BackwardParameters(workspace, gradient, 0, gradient.Length, accumulate);
    }

    /// <summary>Takes down what the network computes at prediction.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="input">The name of its inputs, (rows, inputs), there.</param>
    /// <returns>The name of its outputs, (rows, outputs).</returns>
    internal string Describe(IOperatorGraph graph, string input) =>
        Layers.Aggregate(input, (x, layer) => layer.Describe(graph, x, slot => Array.ConvertAll(Parameters.Read(slot), float.CreateTruncating)));

    /// <summary>Reads the part of a slot out of a vector that is laid out as the parameters.</summary>
    /// <param name="slot">One of the slots of the parameters.</param>
    /// <param name="gradient">Such a vector.</param>
    /// <returns>The values, row-major: (rows, columns) of the slot's shape.</returns>
    public T[] ReadGradient(Slot slot, ReadOnlySpan<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(slot);
        var values = new T[slot.Shape.Count];
        ParameterStore<T>.ReadFrom(slot, gradient, values);
        return values;
    }

    /// <summary>One worker's share of the forward pass. Begins and ends with the rows shared out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Forward(Workspace<T> workspace, Worker worker)
    {
        Split split = Split.Rows;
        for (int i = 0; i < Layers.Count; i++)
        {
            split = Change(split, Layers[i].ForwardSplit, worker);
            Layers[i].Forward(PassOf(workspace, i), worker.Share(split, workspace.Input.Rows, Layers[i].Outputs));
            if (workspace.Activations is not null)
                Measure(workspace, i, worker);
        }

        Change(split, Split.Rows, worker);
    }

    /// <summary>
    /// One worker's share of the way from the output's gradient to that of every layer's input. Begins with the rows shared out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BackwardInputs(Workspace<T> workspace, Worker worker)
    {
        Split split = Split.Rows;
        for (int i = Layers.Count - 1; i >= workspace.LowestBackward; i--)
        {
            split = Change(split, Layers[i].BackwardSplit, worker);
            Layers[i].BackwardInput(PassOf(workspace, i), worker.Share(split, workspace.Input.Rows, Layers[i].Inputs));
        }
    }

    /// <summary>
    /// The gradient, (to - from), of elements [from, to) of θ, multiples of 16; that of frozen layers is left as it stands. Every
    /// worker must have finished <see cref="BackwardInputs"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BackwardParameters(Workspace<T> workspace, Span<T> gradient, int from, int to, bool accumulate)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            if (Layers[i] is not ParameterLayer<T> layer || workspace.IsFrozen(i))
                continue;
            for (int s = 0; s < layer.Parameters.Count; s++)
            {
                Slot slot = layer.Parameters[s];
                (int first, int last) = slot.Overlap(from, to);
                if (first >= last)
                    continue;
                Span<T> part = gradient[(first - from)..(last - from)];
                layer.BackwardParameters(PassOf(workspace, i), slot, first - slot.Offset, part, accumulate);
            }
        }
    }

    // Rows are shared out to be measured, however the layer was.
    private static void Measure(Workspace<T> workspace, int layer, Worker worker)
    {
        worker.Barrier();
        (int from, int to) = worker.Share(workspace.Input.Rows);
        workspace.Activations!.Record(layer, workspace.OutputOf(layer), from, to);
        worker.Barrier();
    }

    private static Split Change(Split current, Split wanted, Worker worker)
    {
        if (wanted == Split.Any || wanted == current)
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
                "The workspace was made by another network; make one with CreateWorkspace of this one.", nameof(workspace));
        }
    }

    /// <summary>Throws if the first layer cannot read rows whose zeros are left out.</summary>
    internal void RequireSparseInput()
    {
        if (!Spec.ReadsSparseRows)
        {
            throw new ArgumentException(
                $"The rows are sparse but the network begins with {(Spec.Layers.Count == 0 ? "no layer" : Spec.Layers[0])}, "
                + "which needs every number; begin it with a Dense, or give it a DenseBlock.",
                "input");
        }
    }

    private void RequireLayers(IReadOnlySet<int>? frozen)
    {
        foreach (int layer in frozen ?? Enumerable.Empty<int>())
        {
            if (layer < 0 || layer >= Layers.Count)
            {
                throw new ArgumentException(
                    $"Layer {layer} is to be frozen but the network has {Layers.Count} layers; count them from 0.", nameof(frozen));
            }
        }
    }

    // The first layer whose input gradient somebody wants.
    private int LowestBackward(bool inputGradient, IReadOnlySet<int>? frozen) => inputGradient ? 0 : FirstThatLearns(frozen) + 1;

    // Where the parameters of this layer and those after it begin in θ.
    private int FirstParameterOf(int layer)
    {
        for (int i = layer; i < Layers.Count; i++)
        {
            if (Layers[i] is ParameterLayer<T> learns)
                return learns.Parameters[0].Offset;
        }

        return Parameters.Values.Length;
    }

    private int FirstThatLearns(IReadOnlySet<int>? frozen)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            if (Layers[i] is ParameterLayer<T> && frozen?.Contains(i) != true)
                return i;
        }

        return Layers.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Pass<T> PassOf(Workspace<T> workspace, int layer)
    {
        DenseBlock<T>? x = workspace.InputOf(layer);
        DenseBlock<T> y = workspace.OutputOf(layer);
        DenseBlock<T>? dx = workspace.InputGradientOf(layer);
        DenseBlock<T>? dy = workspace.GradientOf(layer);
        return new Pass<T>
        {
            Mode = workspace.ModeOf(layer),
            Rows = y.Rows,
            X = x is null ? default : x.Data,
            XStride = x?.Stride ?? 0,
            SparseX = workspace.SparseInputOf(layer),
            Touched = workspace.TouchedInputsOf(layer),
            Y = y.Data,
            YStride = y.Stride,
            DX = dx is null ? default : dx.Data,
            DY = dy is null ? default : dy.Data,
            Memo = workspace.MemoOf(layer),
            Parameters = Parameters.Values,
            Transposed = Parameters.Transposed,
            Buffers = Parameters.BufferValues,
            Random = new CounterRandom((ulong)workspace.Seed).Derive(RandomStreams.Dropout).Derive((ulong)workspace.Step),
        };
    }
}
