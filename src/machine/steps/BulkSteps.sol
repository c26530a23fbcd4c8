// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../StepKinds.sol";
import {Copy} from "../bulk/Copy.sol";
import {KeccakBlock} from "../bulk/KeccakBlock.sol";
import {Ripemd160Block} from "../bulk/Ripemd160Block.sol";
import {Sha256Block} from "../bulk/Sha256Block.sol";
import {KnownAnswers} from "../precompiles/KnownAnswers.sol";
import {Precompile} from "../precompiles/Precompile.sol";
import {Machine} from "../state/MachineState.sol";
import {StepContract} from "./StepContract.sol";

/// @title BulkSteps
/// @notice The steps of copies, hashes and precompiles.
contract BulkSteps is StepContract {
    constructor() {
        KnownAnswers.requireAll();
    }

    /// @inheritdoc StepContract
    function step(Machine memory m, uint256 kind) internal view override {
        if (kind == StepKinds.COPY) return Copy.stepCopy(m);
        if (kind == StepKinds.MEMORY_COPY) return Copy.stepMemoryCopy(m);
        if (kind == StepKinds.KECCAK) return KeccakBlock.stepKeccak(m);
        if (kind == StepKinds.SHA256) return Sha256Block.stepSha256(m);
        if (kind == StepKinds.RIPEMD160) return Ripemd160Block.stepRipemd160(m);
        if (kind == StepKinds.PRECOMPILE) return Precompile.stepPrecompile(m);
        revert StepNotHere(kind);
    }
}
