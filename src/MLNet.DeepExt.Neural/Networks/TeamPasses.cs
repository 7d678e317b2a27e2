using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Passes through a network with several threads. Their results equal those of one thread to the last bit, and they do not
/// allocate.</summary>
/// <remarks>Faster from about a million multiplications per pass; a small network is faster on one thread.</remarks>
/// <example>
/// <code>
/// using var team = new WorkerTeam(4);
/// DenseBlock&lt;float&gt; outputs = network.Forward(rows, pass, ForwardMode.Train, team);
/// loss.CostAndGradient(outputs, target, pass.OutputGradient);
/// network.Backward(pass, gradient, accumulate: false, team);
/// </code>
/// </example>
public static class TeamPasses
{
    /// <summary>Computes the outputs of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="input">(rows, inputs).</param>
    /// <param name="workspace">Receives the outputs and the values for the backward pass.</param>
    /// <param name="mode">Training or inference.</param>
    /// <param name="team">The threads. The work of every layer is divided between them.</param>
    /// <returns>The output of the workspace: (rows, outputs).</returns>
    /// <exception cref="ArgumentException">The input does not fit the network or the workspace; see
    /// <see cref="Network{T}.Forward(InputBlock{T}, Workspace{T}, ForwardMode)"/>.</exception>
    public static DenseBlock<T> Forward<T>(
        this Network<T> network, InputBlock<T> input, Workspace<T> workspace, ForwardMode mode, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(team);
        network.Begin(input, workspace, mode);
        TeamPass<T>.Run(team, network, workspace, null, accumulate: false);
        return workspace.Output;
    }

    /// <summary>Computes the gradient of the parameters, and of the input if the workspace was created for it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="workspace">A workspace after a forward pass, with the output gradient filled in.</param>
    /// <param name="gradient">
    /// Receives ∂J/∂θ in the layout of the parameters. The parts of frozen layers are not changed. Empty if
    /// only the gradient of the input is needed.
    /// </param>
    /// <param name="accumulate">True to add the gradient to the existing values, false to overwrite them.</param>
    /// <param name="team">The threads. The work of every layer is divided between them.</param>
    /// <exception cref="ArgumentException">The gradient is neither empty nor of the length of the parameters.</exception>
    /// <exception cref="InvalidOperationException">The workspace was created for inference, or there was no forward pass.</exception>
    public static void Backward<T>(this Network<T> network, Workspace<T> workspace, Memory<T> gradient, bool accumulate, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(team);
        network.RequireBackward(workspace, gradient.Length);
        TeamPass<T>.Run(team, network, workspace, gradient, accumulate);
    }

    // The shared state of the workers of one pass. Each calling thread has one instance and reuses it.
    private sealed class TeamPass<T> : ITeamWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [ThreadStatic]
        private static TeamPass<T>? _own;

        private Network<T>? _network;
        private Workspace<T>? _workspace;
        private Memory<T>? _gradient; // null in a forward pass
        private bool _accumulate;

        public static void Run(WorkerTeam team, Network<T> network, Workspace<T> workspace, Memory<T>? gradient, bool accumulate)
        {
            TeamPass<T> pass = _own ??= new TeamPass<T>();
            (pass._network, pass._workspace, pass._gradient, pass._accumulate) = (network, workspace, gradient, accumulate);
            try
            {
                team.Run(pass);
            }
            finally
            {
                (pass._network, pass._workspace, pass._gradient) = (null, null, null);
            }
        }

        public void Run(Worker worker)
        {
            if (_gradient is not { } gradient)
            {
                _network!.Forward(_workspace!, worker);
                return;
            }

            _network!.BackwardInputs(_workspace!, worker);
            worker.Barrier();
            (int from, int to) = worker.Share(gradient.Length, Lanes.Strip);
            if (from < to)
                _network.BackwardParameters(_workspace!, gradient.Span[from..to], from, to, _accumulate);
        }
    }
}
