using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Compiles a description into a program. Each layer reads the value that was written last.</summary>
internal sealed class ProgramBuilder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LongestName = 100;

    private readonly TensorShape _input;
    private readonly List<Operation<T>> _operations = [];
    private readonly List<string> _names = [];
    private readonly HashSet<string> _taken = [];
    private readonly SlotAllocator _slots = new();
    private int _number; // the index of the next layer that does not contain layers

    private ProgramBuilder(TensorShape input) => _input = input;

    private int _last; // the value that the next layer reads

    private TensorShape LastShape => ShapeOf(_last);

    /// <exception cref="ArgumentException">A layer is invalid. The message states the layer, the reason and the remedy.</exception>
    public static Program<T> Compile(TensorShape input, IEnumerable<LayerSpec> layers)
    {
        var builder = new ProgramBuilder<T>(input);
        builder.Append(layers, [], behind: null);
        return new Program<T>(input, builder._operations, builder._names, builder._slots);
    }

    // path: the names of the enclosing layers; behind: the layers that follow; null if there are none.
    private void Append(IEnumerable<LayerSpec> layers, string[] path, FollowingLayers? behind)
    {
        LayerSpec[] siblings = [.. layers];
        for (int i = 0; i < siblings.Length; i++)
            Append(siblings[i], i, path, new FollowingLayers(siblings, i + 1, behind));
    }

    private void Append(LayerSpec layer, int place, string[] path, FollowingLayers following)
    {
        string own = layer.Name ?? FormattableString.Invariant($"{place}.{layer.GetType().Name.ToLowerInvariant()}");
        string name = path.Length == 0 ? own : $"{path[^1]}.{own}";
        RequireName(layer, own, name);
        _names.Add(name);
        if (layer is CompositeSpec composite)
            AppendComposite(composite, [.. path, name], following);
        else
            AppendLayer(layer, [.. path, name], following);
    }

    private void AppendComposite(CompositeSpec composite, string[] path, FollowingLayers following)
    {
        int input = _last;
        TensorShape shape = LastShape, inner = composite.InnerShape(shape);
        composite.RequireShapes(shape);
        if (composite.IsParallel)
        {
            AppendBranches(composite, path);
            return;
        }

        if (composite.Opening<T>(shape) is { } opening)
            Add(new Operation<T>(path, composite, opening, input, -1, shape, inner));
        // A sum reads the outputs of the last layer, so no following layer suggests an initializer.
        Append(composite.Layers, path, composite.AddsInput ? null : following);
        if (composite.AddsInput && _last == input)
        {
            throw new ArgumentException(
                $"The layers of {path[^1]}, {composite}, compute nothing that could be added to their inputs; put a layer into it, or remove it.",
                nameof(CompositeSpec.Layers));
        }

        if (composite.AddsInput)
            Add(new Operation<T>(path, composite, new AddLayer<T>(shape.Width), _last, input, shape, shape));
    }

    // Each branch except the first is appended to the previous branches.
    private void AppendBranches(CompositeSpec branches, string[] path)
    {
        int input = _last, joined = input;
        foreach ((int place, LayerSpec branch) in branches.Layers.Index())
        {
            _last = input;
            // No following layer suggests an initializer for a joined branch.
            Append(branch, place, path, new FollowingLayers([], 0, null));
            if (_last == input)
            {
                throw new ArgumentException(
                    $"Branch {place} of {path[^1]}, {branch}, computes nothing; put a layer into it, or remove it.", nameof(CompositeSpec.Layers));
            }

            if (place > 0)
            {
                TensorShape before = ShapeOf(joined), added = LastShape;
                var join = new JoinLayer<T>(before.Width, before.Lines, added.Lines);
                Add(new Operation<T>(path, branches, join, joined, _last, before, before.WithLines(before.Lines + added.Lines)));
            }

            joined = _last;
        }
    }

    private void Add(Operation<T> operation)
    {
        _operations.Add(operation);
        _last = _operations.Count;
    }

    private TensorShape ShapeOf(int value) => value == 0 ? _input : _operations[value - 1].OutputShape;

    private void AppendLayer(LayerSpec spec, string[] path, FollowingLayers following)
    {
        TensorShape shape = LastShape, output = spec.OutputShape(shape);
        var place = new LayerPlace(path[^1], _number++, shape, following, _slots);
        _slots.Begin(spec, place);
        Layer<T> layer = spec.Compile<T>(place);
        RequireShapes(spec, layer, shape, output);
        Add(new Operation<T>(path, spec, layer, _last, -1, shape, output));
    }

    private static void RequireShapes(LayerSpec spec, Layer<T> layer, TensorShape input, TensorShape output)
    {
        if (layer.Inputs != input.Width || layer.Outputs != output.Width || input.Lines != output.Lines)
        {
            throw new ArgumentException(
                $"{spec} reports the output {output} for {input} but its layer has {layer.Inputs} inputs and {layer.Outputs} outputs; they must be equal.",
                nameof(spec));
        }

        if ((layer.ForwardSplit == Split.Any || layer.BackwardSplit == Split.Any) && input != output)
        {
            throw new ArgumentException(
                $"{spec} returns {output} for {input} but its ForwardSplit is Split.Any, which is for layers that keep the shape; use Split.Rows.",
                nameof(spec));
        }
    }

    private void RequireName(LayerSpec layer, string own, string name)
    {
        if (layer.Name is not null && (own.Length is 0 or > LongestName || own.Contains('.', StringComparison.Ordinal)))
        {
            throw new ArgumentException(
                $"A layer, {layer}, has the name \"{own[..Math.Min(own.Length, LongestName)]}\"; a name must have from 1 to {LongestName} characters "
                + "and no dot, which divides the names of layers in layers.",
                nameof(LayerSpec.Name));
        }

        if (!_taken.Add(name))
            throw new ArgumentException($"Two layers have the name \"{name}\"; give each another name, or none.", nameof(LayerSpec.Name));
    }
}
