using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Attributes an output of a network to its inputs. The explained output is the logit before softmax or sigmoid; for a network
/// that predicts numbers it is the number, in the units of the target. For a network with members it is the mean over the members.
/// </summary>
/// <remarks>
/// A trained network may have several attributors, each used by one thread at a time. Batch norm works as at prediction, and dropout is off.
/// Only the constructor allocates.
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
    // The number of rows that are computed together.
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

    /// <summary>Creates an attributor and its memory.</summary>
    /// <param name="network">A trained network. It must not be trained at the same time.</param>
    /// <param name="loss">The loss that it was trained with, which defines the meaning of its outputs.</param>
    /// <param name="method">The method of attribution.</param>
    /// <exception cref="ArgumentException">An option of the method is out of its range.</exception>
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

    /// <summary>Attributes one output for one row.</summary>
    /// <param name="row">(inputs), finite.</param>
    /// <param name="output">
    /// The index of the output. Null for the predicted one: the largest output; of several targets, the largest in their units; of quantiles the
    /// median, as defined by <see cref="Quantile.MedianOf"/>.
    /// </param>
    /// <param name="contributions">Receives (inputs).</param>
    /// <returns>The index of the output; for a median between two quantiles, the nearer one, or the lower one if both are equally near.</returns>
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
