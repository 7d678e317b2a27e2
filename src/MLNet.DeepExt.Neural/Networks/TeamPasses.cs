using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Passes through a network by several threads. They give the same bits as those by one thread, and allocate nothing.</summary>
/// <remarks>Worth it from about a million multiplications in a pass; a small network is faster on one thread.</remarks>
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
    /// <param name="workspace">Receives the outputs and what going backward needs.</param>
    /// <param name="mode">What the pass is for.</param>
    /// <param name="team">The threads. Each of them does a share of the work of every layer.</param>
    /// <returns>The output of the workspace: (rows, outputs).</returns>
    /// <exception cref="ArgumentException">As of <see cref="Network{T}.Forward(InputBlock{T}, Workspace{T}, ForwardMode)"/>.</exception>
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

    /// <summary>Computes the gradient of the parameters, and of the input if the workspace has room for it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="workspace">One whose last pass was forward and whose output gradient has been filled.</param>
    /// <param name="gradient">
    /// Receives ∂J/∂θ, laid out as the parameters, but for layers that the workspace freezes, whose part is left as it stands. Empty if
    /// only the input's gradient is wanted.
    /// </param>
    /// <param name="accumulate">Whether the gradient is added to what stands there.</param>
    /// <param name="team">The threads. Each of them does a share of the work of every layer.</param>
    /// <exception cref="ArgumentException">The gradient is neither empty nor as long as the parameters.</exception>
    /// <exception cref="InvalidOperationException">The workspace was made for inference, or no pass went forward.</exception>
    public static void Backward<T>(this Network<T> network, Workspace<T> workspace, Memory<T> gradient, bool accumulate, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(team);
        network.RequireBackward(workspace, gradient.Length);
        TeamPass<T>.Run(team, network, workspace, gradient, accumulate);
    }

    // What the workers of one pass share. The calling thread has one, and uses it again.
    private sealed class TeamPass<T> : ITeamWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [ThreadStatic]
        private static TeamPass<T>? _own;

        private Network<T>? _network;
        private Workspace<T>? _workspace;
        private Memory<T>? _gradient; // null in a pass forward
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
