using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Shares an output of a network out among its inputs. What is explained is the output before softmax or sigmoid, a logit; of a network
/// that predicts numbers it is the number, in the units of the target. Of a network with members it is the mean of theirs.
/// </summary>
/// <remarks>
/// A trained network may have several of these at once, each on one thread at a time. Batch norm counts as at prediction, dropout is off.
/// Nothing is allocated once it is made.
/// </remarks>
/// <example>
/// <code>
/// var attributor = new Attributor(network, new SoftmaxCrossEntropy(), new IntegratedGradients());
/// var contributions = new float[network.Spec.Inputs];
/// int predicted = attributor.Attribute(row, output: null, contributions);
/// </code>
/// </example>
public sealed class Attributor
{
    // Rows that go through the network together.
    private const int MostRows = 64;

    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly Attribution _method;
    private readonly TargetScaling? _scaling;
    private readonly int _outputsPerTarget;
    private readonly Workspace<float> _workspace;
    private readonly DenseBlock<float> _points;
    private readonly int _members;    // of the network, or 1
    private readonly DenseBlock<float> _mean; // (1, outputs): their logits
    private readonly float[] _shares; // (outputs): what each counts for in what is explained
    private readonly double[] _gradient; // (inputs): its sum over the points

    /// <summary>Makes the memory of it.</summary>
    /// <param name="network">A trained network. It must not be trained meanwhile.</param>
    /// <param name="loss">The loss that it was trained with, which says what its outputs mean.</param>
    /// <param name="method">How the output is shared out.</param>
    /// <exception cref="ArgumentException">The method is impossible.</exception>
    public Attributor(Network<float> network, Loss loss, Attribution method)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(method);
        method.Validate();
        loss.Validate(network.Spec.Outputs);
        _network = network;
        _loss = loss;
        _method = method;
        _scaling = (loss as ElementwiseLoss)?.Scaling;
        _outputsPerTarget = (loss as ElementwiseLoss)?.OutputsPerTarget ?? 1;
        int capacity = WorkingMemory.Rows(
            Math.Min(method.Points, MostRows), Network<float>.ElementsPerRow(network.Program), WorkingMemory.MostActivations);
        _workspace = network.CreateWorkspace(capacity, inputGradient: true);
        _points = new DenseBlock<float>(capacity, network.Spec.Inputs);
        _members = network.Spec.OutputShape.Lines;
        _mean = new DenseBlock<float>(1, network.Spec.Outputs);
        _shares = new float[network.Spec.Outputs];
        _gradient = new double[network.Spec.Inputs];
    }

    /// <summary>Shares out one output for one row.</summary>
    /// <param name="row">(inputs), finite.</param>
    /// <param name="output">
    /// Which output; null for what is predicted: the largest one, of several targets in their units, and of quantiles the median, as
    /// <see cref="Quantile.MedianOf"/> has it.
    /// </param>
    /// <param name="contributions">Receives (inputs).</param>
    /// <returns>Which output it was; of a median between two quantiles the one nearer to it, or the lower one.</returns>
    /// <exception cref="ArgumentException">A span is not as long as a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such output.</exception>
    public int Attribute(ReadOnlySpan<float> row, int? output, Span<float> contributions)
    {
        RequireLength(row.Length, nameof(row));
        RequireLength(contributions.Length, nameof(contributions));
        if (output < 0 || output >= _network.Spec.Outputs)
        {
            throw new ArgumentOutOfRangeException(
                nameof(output), $"Output {output} is to be explained but the network has {_network.Spec.Outputs}; count them from 0.");
        }

        _shares.AsSpan().Clear();
        int explained = output ?? Predicted(row);
        if (output is { } chosen)
            _shares[chosen] = 1;
        _gradient.AsSpan().Clear();
        for (int from = 0; from < _method.Points; from += _points.Capacity)
            AddGradients(row, from, Math.Min(_points.Capacity, _method.Points - from));
        double scale = (_scaling?.Scales[explained / _outputsPerTarget] ?? 1) / _method.Points;
        for (int i = 0; i < row.Length; i++)
            contributions[i] = (float)(row[i] * (_gradient[i] * scale));
        return explained;
    }

    private int Predicted(ReadOnlySpan<float> row)
    {
        _points.Rows = 1;
        row.CopyTo(_points.Row(0));
        DenseBlock<float> logits = _network.Forward(_points, _workspace, ForwardMode.Inference);
        if (_members == 1)
            return _loss.Predicted(logits.Row(0), _shares);
        _loss.MeanOfMembers(logits, _mean, 0, 1);
        return _loss.Predicted(_mean.Row(0), _shares);
    }

    private void AddGradients(ReadOnlySpan<float> row, int from, int count)
    {
        _points.Rows = count;
        for (int point = 0; point < count; point++)
            _method.WritePoint(from + point, row, _points.Row(point));
        _network.Forward(_points, _workspace, ForwardMode.Inference);
        for (int point = 0; point < count; point++)
        {
            for (int member = 0; member < _members; member++)
            {
                Span<float> dy = _workspace.OutputGradient.PaddedRow(point * _members + member);
                dy.Clear();
                for (int j = 0; j < _shares.Length; j++)
                    dy[j] = _shares[j] / _members;
            }
        }

        _network.Backward(_workspace, []);
        for (int point = 0; point < count; point++)
        {
            ReadOnlySpan<float> slopes = _workspace.InputGradient!.Row(point);
            for (int i = 0; i < slopes.Length; i++)
                _gradient[i] += slopes[i];
        }
    }

    private void RequireLength(int length, string name)
    {
        if (length != _network.Spec.Inputs)
            throw new ArgumentException($"{name} has {length} numbers but the network has {_network.Spec.Inputs} inputs; they must be equal.", name);
    }
}
